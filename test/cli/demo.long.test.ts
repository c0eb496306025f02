/** `throughput-gate demo` as a user runs it: src/commands/demo.ts. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { VerdictWord } from '../../src/terms/verdict-word.ts';
import { type Installed, install } from './cli.ts';

let cli: Installed;
before(() => {
  cli = install();
});
after(() => cli.remove());

test('The demo ends, shows two verdicts, and leaves nothing but what it is asked to keep', async () => {
  const { code, stdout, stderr } = await cli.run(['demo', '--budget', '5s', '--out', 'kept']);
  // At this budget the machine's noise decides what the verdicts are.
  assert.ok(code === 0 || code === 3, stderr);
  const words = VerdictWord.options.join('|');
  const verdicts = [...stdout.matchAll(new RegExp(`^server/default: (${words})$`, 'gm'))];
  assert.equal(verdicts.length, 2, stdout);
  assert.match(stdout, /1 of 2: [\s\S]*2 of 2: /);
  const asShouldBe = verdicts[0]?.[1] === 'unchanged' && verdicts[1]?.[1] === 'regression';
  assert.equal(code, asShouldBe ? 0 : 3);
  assert.match(stdout, asShouldBe ? /what they should be/ : /not what it should be/);
  for (const act of ['unchanged', 'slower']) {
    assert.ok(readdirSync(join(cli.dir, 'kept', act)).includes('verdict.json'));
    const measurement = JSON.parse(
      readFileSync(join(cli.dir, 'kept', act, 'measurement.json'), 'utf8'),
    );
    // Nobody has a config file here that advice could be about.
    assert.equal(measurement.form, 'flags');
  }
  assert.deepEqual(cli.leftovers(), []);
});
