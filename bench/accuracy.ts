/**
 * Writes docs/accuracy.md from the folders of self-tests:
 *
 *     node bench/accuracy.ts [--from FOLDER …] [--jobs 1000] [--out docs/accuracy.md]
 *
 * `--from`: by default all of bench-results/accuracy. `--jobs`: resampled jobs for each size. A folder's name is the server's name on the page. The same folders give the same page.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeWhole } from '../src/results.ts';
import { ownFile } from '../src/runtime.ts';
import { selfTestFolder } from '../src/self-test/folder.ts';
import { accuracyPage, type NamedSelfTest } from './accuracy-page.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '1000' },
    out: { type: 'string' },
  },
});
const folders = values.from.length > 0 ? values.from : foldersIn(ownFile('bench-results/accuracy'));
const selfTests: NamedSelfTest[] = [];
for (const dir of folders) {
  const name = path.basename(path.resolve(dir));
  selfTests.push({ name, selfTest: await selfTestFolder(path.resolve(dir)).read() });
}
const page = accuracyPage(selfTests, {
  resampledJobs: Number(values.jobs),
  hasCalibration: existsSync(ownFile('docs/calibration.md')),
});
writeWhole(path.resolve(values.out ?? ownFile('docs/accuracy.md')), page);

function foldersIn(dir: string): string[] {
  const names = existsSync(dir) ? readdirSync(dir).sort() : [];
  if (names.length === 0) {
    throw new Error(
      `${dir} has no self-test: run \`npm run accuracy\`, or name folders with --from`,
    );
  }
  return names.map((name) => path.join(dir, name));
}
