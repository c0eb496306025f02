/** Runs unit tests in one process, since they are pure: a process for each file takes twice the CPU time. Arguments: the files. */
import { resolve } from 'node:path';
import { it } from 'node:test';
import { pathToFileURL } from 'node:url';

for (const file of process.argv.slice(2)) {
  try {
    await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    // One file that cannot be loaded must not hide the tests of all the others.
    it(`${file} can be loaded`, () => {
      throw error;
    });
  }
}
