/**
 * Writes docs/accuracy.md:
 *
 *     node bench/accuracy.ts [--from FOLDER …] [--jobs 1000] [--out docs/accuracy.md]
 *
 * Without `--from`, of the self-tests that this repository keeps (bench/records): the same records give the same page. With it,
 * of these folders of self-tests, which are then kept in their place; a folder's name is the server's name on the page.
 * `--jobs`: resampled jobs for each size.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeWhole } from '../src/results.ts';
import { ownFile } from '../src/runtime.ts';
import { selfTestFolder } from '../src/self-test/folder.ts';
import { accuracyPage } from './accuracy-page.ts';
import { keep, keptNames, readKept } from './records.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '1000' },
    out: { type: 'string' },
  },
});
for (const folder of values.from.map((dir) => path.resolve(dir))) {
  keep(path.basename(folder), await selfTestFolder(folder).read());
}
const selfTests = keptNames().map((name) => ({ name, selfTest: readKept(name) }));
const page = accuracyPage(selfTests, {
  resampledJobs: Number(values.jobs),
  hasCalibration: existsSync(ownFile('docs/calibration.md')),
});
writeWhole(path.resolve(values.out ?? ownFile('docs/accuracy.md')), page);
