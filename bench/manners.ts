/**
 * Servers as they are: for each awkward kind a small real one, what the gate says of it, and whether that is what it should
 * say: `npm run bench:manners`. Takes some twenty seconds a kind. Exit code 1 where one is not as it should be.
 *
 *   --only TEXT…     kinds whose name contains one of these
 *   --program FILE   another command line: of an older version, for the table before and after
 *   --printed        all that the gate printed, beside the table
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from 'markdown-table';
import { ownFile } from '../src/system/program/runtime.ts';
import { MANNERS } from './manners/all.ts';
import { faultOf } from './manners/manner.ts';
import { tryManner } from './manners/try.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', multiple: true },
    program: { type: 'string' },
    printed: { type: 'boolean', default: false },
  },
});
const wanted = [...(values.only ?? []), ...positionals];
const program = values.program === undefined ? ownFile('src/cli.ts') : resolve(values.program);

const rows: string[][] = [];
let isAsItShould = true;
for (const manner of MANNERS) {
  if (wanted.length > 0 && !wanted.some((text) => manner.kind.includes(text))) continue;
  const lacking = manner.lacking?.() ?? null;
  if (lacking !== null) {
    rows.push([manner.kind, `not tried: ${lacking}`, '', '', '']);
    continue;
  }
  const done = await tryManner(manner, program);
  const fault = faultOf(manner.should, done);
  if (fault !== null) isAsItShould = false;
  rows.push([
    manner.kind,
    done.said,
    String(done.exit),
    done.seconds.toFixed(1),
    fault === null ? 'yes' : `**no**: ${fault}`,
  ]);
  // A long table is watched while it grows.
  process.stderr.write(`${rows.at(-1)?.join(' | ')}\n`);
  if (values.printed) process.stderr.write(`${done.printed}\n`);
}
console.log(markdownTable([['kind', 'the gate said', 'exit', 'seconds', 'as it should'], ...rows]));
process.exitCode = isAsItShould ? 0 : 1;
