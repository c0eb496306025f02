/** Bundles the programs into `dist/`, or into the folder that is given. */
import { writeBundles } from './bundles.ts';

await writeBundles(process.argv[2] ?? 'dist');
