import { directoryStore } from '../../../src/history/stores/directory.ts';
import { makeSandbox } from '../../support/git.ts';
import { contract } from './contract.ts';

contract('A folder', async (t) => {
  const { dir } = makeSandbox(t);
  return () => directoryStore(`${dir}/history`);
});
