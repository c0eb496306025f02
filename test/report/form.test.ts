/** Findings name settings as the user writes them: keys of a config file, flags or inputs. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { named, written } from '../../src/config/settings/spelling.ts';
import type { Finding } from '../../src/judge/findings/finding.ts';
import { findingText } from '../../src/report/findings/finding.ts';
import { namesOf } from '../../src/report/wording/names.ts';
import { everyFinding } from '../support/every-finding.ts';

const told = (finding: Finding, form?: 'file' | 'flags' | 'inputs') =>
  findingText(finding, namesOf(form === undefined ? {} : { form }));

const RESENT: Finding = {
  code: 'requests-resent',
  severity: 'doubt',
  subject: null,
  data: { base: 0.9, head: 0.95, more: 'head', limit: 0.001 },
};

it('A map of a config file is one text as a flag and as an input', () => {
  assert.match(told(RESENT), /`headers: \{ connection: close \}` gives/);
  assert.match(told(RESENT), /`limits: \{ errors: 10% \}` in the gate of the config file/);
  assert.match(told(RESENT, 'flags'), /`--headers 'connection: close'` gives/);
  assert.match(told(RESENT, 'flags'), /allow it: `--limits errors=10%`\./);
  assert.match(told(RESENT, 'inputs'), /input `headers: connection: close` gives/);
  assert.match(told(RESENT, 'inputs'), /allow it: input `limits: errors=10%`\./);
});

it('Where the form is not known, settings are keys of a config file', () => {
  for (const finding of everyFinding()) assert.equal(told(finding), told(finding, 'file'));
});

it('No sentence for flags or inputs has a map of a config file, but where it says that it takes one', () => {
  for (const form of ['flags', 'inputs'] as const) {
    for (const finding of everyFinding()) {
      const text = told(finding, form).replaceAll(
        /`[^`]*`( with [^.]*)? in (a|the scenario of a) config file.*/g,
        '',
      );
      assert.doesNotMatch(text, /`(limits|tolerance|headers|expect): \{|``/, finding.code);
    }
  }
});

it('A setting that stands at the top of a file has its name there', () => {
  assert.equal(named('beside', 'file'), '`beside`');
  assert.equal(written('beside', 5432, 'file'), '`beside: 5432`');
});
