import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bar } from '../../../src/config/changes/bar.ts';
import { barInMarkdown } from '../../../src/report/sections/bar.ts';
import { quoting } from '../../support/english.ts';
import { baseless, verdictOf } from '../build.ts';

function said(key: string): string {
  const change = { key, kind: 'removed', base: 'x', head: null, effect: 'looser' } as const;
  const bar: Bar = { asked: 'head', from: 'head', base: 'read', problem: null, changes: [change] };
  return barInMarkdown(
    verdictOf('no-baseline', [baseless(quoting('base: it ended'))], { bar }),
    10,
  ).join('\n');
}

test('A base that fails is put down to the change’s config only where that says how servers are built, started or loaded', () => {
  const suspicion = /base may have failed for that alone/;
  assert.match(said('servers.api.build'), suspicion);
  assert.match(said('scenarios.plain'), suspicion);
  for (const key of ['claims', 'gate.history', 'gate.tolerance.p99']) {
    assert.doesNotMatch(said(key), suspicion);
    assert.match(said(key), new RegExp(`⚠️ \`${key}\`: \`x\` removed`));
  }
});
