/** Bundles the programs with the scripted backend in place of the real one, into the folder that is given. */
import { writeBundles } from '../../scripts/bundles.ts';
import { ownFile } from '../../src/system/program/runtime.ts';

await writeBundles(process.argv[2] as string, [
  {
    name: 'scripted-backend',
    setup: ({ onResolve }) => {
      onResolve({ filter: /\/measure\/live-backend\.ts$/ }, () => ({
        path: ownFile('test/support/scripted-entry.ts'),
      }));
    },
  },
]);
