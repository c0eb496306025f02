import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { writeWhole } from '../../../src/system/files/whole-file.ts';
import { UserError } from '../../../src/system/messages/problem.ts';
import { TOOL } from '../../../src/system/program/runtime.ts';
import { openResults, RESULT_FILES, toJson } from '../../../src/system/results/results.ts';
import { fc } from '../../support/properties.ts';

const root = mkdtempSync(path.join(tmpdir(), 'throughput-gate-results-'));
after(() => rmSync(root, { recursive: true, force: true }));
const LOCK = '.throughput-gate.lock';
let dir: string;
const newFolder = () => {
  dir = mkdtempSync(path.join(root, 'case-'));
};

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: 'nothing was refused' });
}

describe('the results folder', () => {
  beforeEach(newFolder);

  it('The results folder is made with its parents, and holds what was written, whole', () => {
    const results = openResults(path.join(dir, 'deep', 'er'));
    results.write('verdict', '{"a":1}\n');
    results.write('verdict', '{"a":2}\n');
    assert.equal(readFileSync(results.path('verdict'), 'utf8'), '{"a":2}\n');
    assert.equal(results.path('verdict'), path.join(results.dir, 'verdict.json'));
    assert.deepEqual(readdirSync(results.dir), [LOCK, 'verdict.json']);
  });

  it('The results folder loses an earlier run’s files, and no others', () => {
    for (const name of [...Object.values(RESULT_FILES), 'mine.txt']) {
      writeFileSync(path.join(dir, name), '### Throughput Gate\n\nold');
    }
    writeFileSync(path.join(dir, 'plan.json'), toJson({ schemaVersion: 1, tool: TOOL }));
    writeFileSync(path.join(dir, 'verdict.json'), '');
    openResults(dir);
    assert.deepEqual(readdirSync(dir), [LOCK, 'mine.txt']);
  });

  it('The results folder that holds somebody else’s file of such a name is refused, and loses nothing', () => {
    const plan = '{ "format_version": "1.2", "resource_changes": [] }';
    writeFileSync(path.join(dir, 'plan.json'), plan);
    writeFileSync(path.join(dir, 'comment.md'), '### Throughput Gate\n');
    const told = refusal(() => openResults(dir));
    assert.match(told, /: plan\.json in it was not written by an earlier run.*\n.*\(`out`\)/);
    writeFileSync(path.join(dir, 'summary.md'), '# My book\n');
    assert.match(
      refusal(() => openResults(dir)),
      /plan\.json, summary\.md in it were not written by an earlier run, and this one would remove them/,
    );
    assert.equal(readFileSync(path.join(dir, 'plan.json'), 'utf8'), plan);
    assert.ok(existsSync(path.join(dir, 'comment.md')));
  });

  it('The results folder that cannot be is the user’s to mend', () => {
    const file = path.join(dir, 'file');
    writeFileSync(file, 'x');
    assert.match(
      refusal(() => openResults(file)),
      /file: cannot be written: /,
    );
    assert.match(
      refusal(() => openResults(path.join(file, 'below'))),
      /cannot be written: /,
    );
    assert.match(
      refusal(() => writeWhole(path.join(file, 'below.json'), 'x')),
      /cannot be written: /,
    );
    assert.equal(readFileSync(file, 'utf8'), 'x');
  });

  it('The results folder never reads more than it wrote, however much a build has put there', () => {
    const results = openResults(dir);
    results.write('verdict', '{}\n');
    // A hole: it takes no room on the disk, and more than memory holds when it is read.
    truncateSync(results.path('verdict'), 64 * 1024 ** 3);
    const before = process.memoryUsage.rss();
    results.settle();
    assert.ok(process.memoryUsage.rss() - before < 200 * 1024 ** 2);
    assert.equal(readFileSync(results.path('verdict'), 'utf8'), '{}\n');
    assert.match(results.troubles.join(), /something else changed it/);
  });

  it('The results folder never throws for want of a file: what could not be written is told, once', () => {
    const results = openResults(path.join(dir, 'deep', 'er'));
    rmSync(path.join(dir, 'deep'), { recursive: true });
    writeFileSync(path.join(dir, 'deep'), 'a file where the folder was');
    results.write('verdict', 'text');
    results.write('comment', 'text');
    results.settle();
    assert.equal(results.troubles.length, 2, results.troubles.join('\n'));
    assert.match(results.troubles[0] ?? '', /verdict\.json: cannot be written: E/);
    assert.equal(readFileSync(path.join(dir, 'deep'), 'utf8'), 'a file where the folder was');
  });

  it('The results folder settles: what somebody else changed, removed or linked away holds again what was written', () => {
    const results = openResults(path.join(dir, 'out'));
    const victim = path.join(dir, 'victim');
    writeFileSync(victim, 'precious');
    for (const file of ['plan', 'measurement', 'verdict', 'comment'] as const) {
      results.write(file, `${file}\n`);
    }
    results.settle();
    assert.deepEqual(results.troubles, []);
    writeFileSync(results.path('plan'), 'forged');
    rmSync(results.path('measurement'));
    rmSync(results.path('verdict'));
    mkdirSync(path.join(results.path('verdict'), 'x'), { recursive: true });
    rmSync(results.path('comment'));
    symlinkSync(victim, results.path('comment'));
    results.settle();
    for (const file of ['plan', 'measurement', 'verdict', 'comment'] as const) {
      assert.equal(readFileSync(results.path(file), 'utf8'), `${file}\n`);
    }
    assert.equal(readFileSync(victim, 'utf8'), 'precious');
    assert.equal(results.troubles.length, 4);
    assert.match(results.troubles[0] ?? '', /plan\.json: something else changed it/);
  });

  it('The results folder writes through no link: of the folder, of a file, of a part whose name can be guessed', () => {
    const elsewhere = path.join(dir, 'elsewhere');
    mkdirSync(elsewhere);
    const results = openResults(path.join(dir, 'out'));
    rmSync(results.dir, { recursive: true });
    symlinkSync(elsewhere, results.dir);
    results.write('verdict', 'text');
    assert.deepEqual(readdirSync(elsewhere), []);
    assert.deepEqual(readdirSync(results.dir), ['verdict.json']);
    const victim = path.join(dir, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, `${results.path('comment')}.${process.pid}.part`);
    results.write('comment', 'text');
    assert.equal(readFileSync(victim, 'utf8'), 'precious');
    assert.equal(readFileSync(results.path('comment'), 'utf8'), 'text');
  });

  it('The results folder may be a link that the user made: then it is written where that leads', () => {
    const real = path.join(dir, 'real');
    mkdirSync(real);
    symlinkSync(real, path.join(dir, 'out'));
    const results = openResults(path.join(dir, 'out'));
    results.write('verdict', 'text');
    results.settle();
    assert.ok(readdirSync(real).includes('verdict.json'));
    assert.deepEqual(results.troubles, []);
  });
});

describe('toJson', () => {
  beforeEach(newFolder);

  it('toJson gives back every JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        assert.deepEqual(JSON.parse(toJson(value)), JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('toJson puts arrays of numbers on one line, and ends with a line break', () => {
    const numbers = [1, -2.5, 1e-7, 1e21, 0];
    assert.equal(
      toJson({ a: numbers, b: [[1, 2], ['1']] }),
      '{\n  "a": [1,-2.5,1e-7,1e+21,0],\n  "b": [\n    [1,2],\n    [\n      "1"\n    ]\n  ]\n}\n',
    );
  });

  it('toJson leaves text alone that looks like an array of numbers', () => {
    const text = '[\n  1,\n  2\n]';
    assert.equal(JSON.parse(toJson({ text })).text, text);
    assert.equal(JSON.parse(toJson({ [text]: [text, 1] }))[text][0], text);
  });
});
