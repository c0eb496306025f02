/**
 * Writes docs/accuracy.md:
 *
 *     node bench/accuracy.ts [--results | --from FOLDER …] [--jobs 1000] [--out docs/accuracy.md]
 *
 * Of the self-tests that this repository keeps (bench/records): the same records give the same page. `--from`: a folder of a
 * self-test, kept first in place of the one of its name, which is the server's name on the page; `--results`: all that
 * `bench/self-tests.ts` left. `--jobs`: resampled jobs for each size.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { selfTestFolder } from '../src/self-test/folder.ts';
import { writeWhole } from '../src/system/files/whole-file.ts';
import { ownFile } from '../src/system/program/runtime.ts';
import { accuracyPage } from './accuracy-page.ts';
import { keep, keptNames, readKept } from './records.ts';

const { values } = parseArgs({
  options: {
    results: { type: 'boolean', default: false },
    from: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '1000' },
    out: { type: 'string' },
  },
});
const left = ownFile('bench-results/accuracy');
const measured = values.results ? readdirSync(left).map((name) => path.join(left, name)) : [];
for (const folder of [...measured, ...values.from].map((dir) => path.resolve(dir))) {
  keep(path.basename(folder), await selfTestFolder(folder).read());
}
const selfTests = keptNames().map((name) => ({ name, selfTest: readKept(name) }));
const page = accuracyPage(selfTests, {
  resampledJobs: Number(values.jobs),
  hasCalibration: existsSync(ownFile('docs/calibration.md')),
});
writeWhole(path.resolve(values.out ?? ownFile('docs/accuracy.md')), page);
