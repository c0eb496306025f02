/** A secret in every value: none may be in what leaves the process unmasked, whatever the verdict. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withoutValues } from '../../src/attempts/withheld.ts';
import { annotationsOf } from '../../src/github/annotations.ts';
import { judge } from '../../src/judge/judge.ts';
import { renderComment } from '../../src/report/comment.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { verdictFile } from '../../src/report/verdict-file.ts';
import type { Printed } from '../../src/system/messages/printed.ts';
import { toJson } from '../../src/system/results/results.ts';
import type { Measurement } from '../support/draft.ts';
import { buildMeasurement, httpRequest, httpScenario } from '../support/measurement.ts';

const CANARY = /canary-\d/;
const steady = (change: number, count = 8) =>
  Array.from({ length: count }, (_, i) => {
    const d = change + 0.004 * ((i % 3) - 1);
    return { throughput: d, cpu: d };
  });
const noisy = Array.from({ length: 8 }, (_, i) => ({
  throughput: i % 2 ? 0.4 : -0.4,
  cpu: i % 2 ? 0.4 : -0.4,
}));

/** As an older version would have written it: with every value. */
function secretive(spec: Partial<Parameters<typeof buildMeasurement>[0]['subjects'][number]>) {
  const request = httpRequest({
    method: 'POST',
    path: '/login?token=canary-1',
    headers: { authorization: 'Bearer canary-2' },
    body: '{"password":"canary-3"}',
    expect: { status: 200, body: 'canary-4' },
  });
  const measurement = buildMeasurement({
    subjects: [{ blocks: [], ...spec }],
    load: (name) => httpScenario(name, { requests: [request] }),
  });
  const [server] = measurement.experiment.servers;
  assert.ok(server);
  server.env = { DATABASE_URL: 'postgres://app:canary-5@db/x' };
  server.ready = { ...server.ready, path: '/up?key=canary-6' };
  measurement.flags = [
    ...['--headers', 'authorization: Bearer canary-2', '--body', '{"password":"canary-3"}'],
    ...['--path', '/login?token=canary-1', '--ready-path', '/up?key=canary-6'],
  ];
  return measurement;
}

const failure = (arm: 'base' | 'head') => ({
  arm,
  stage: 'build' as const,
  message: `Building api (${arm}) failed: exit code 1. Command: make`,
  cure: null,
});

const CASES: Record<string, () => Measurement> = {
  regression: () => secretive({ blocks: steady(0.2) }),
  improvement: () => secretive({ blocks: steady(-0.2) }),
  unchanged: () => secretive({ blocks: steady(0) }),
  inconclusive: () => secretive({ blocks: noisy }),
  invalid: () => secretive({ failure: failure('head') }),
  'no-baseline': () => secretive({ failure: failure('base') }),
};

const PRINTED: Printed[] = [
  { about: 'api', arm: 'head', by: 'build', lines: ['npm ERR! _authToken=canary-7'] },
  { about: 'api/plain', arm: 'base', by: 'server', lines: ['DATABASE_URL=canary-8'] },
  { about: 'api/plain', arm: null, by: 'answer', lines: ['got 500 with body "canary-9"'] },
];
const LINKS = { summaryUrl: 'https://github.com/o/r/actions/runs/1' };

for (const [word, make] of Object.entries(CASES)) {
  describe(`a report of ${word}`, () => {
    const measurement = withoutValues(make());
    const verdict = judge(measurement);

    it(`A report of ${word} is what it should be`, () => assert.equal(verdict.verdict, word));

    it(`A report of ${word} holds no value in any file, annotation or comment`, () => {
      const written = {
        measurement: toJson(measurement),
        plan: toJson(measurement.plan),
        verdict: verdictFile(verdict),
        comment: renderComment(verdict),
        summary: renderSummary(verdict),
        posted: renderComment(verdict, LINKS, { lines: PRINTED, shown: false }),
        annotations: JSON.stringify(annotationsOf(verdict)),
      };
      for (const [name, text] of Object.entries(written)) assert.doesNotMatch(text, CANARY, name);
      assert.match(written.measurement, /"authorization": "…"/);
      assert.match(written.comment, /--headers 'authorization: …' --body '…' --path '\/login\?…'/);
      assert.match(written.posted, /is in \[the job summary\]\(https:\/\/github\.com\/o\/r/);
    });

    it(`A report of ${word} shows what was printed in a terminal and in the masked summary, and by request in the comment`, () => {
      const shown = [
        renderTerminal(verdict, { color: false, width: 100, printed: PRINTED }),
        renderSummary(verdict, LINKS, PRINTED),
        renderComment(verdict, LINKS, { lines: PRINTED, shown: true }),
      ];
      for (const text of shown) {
        const seen = new Set(text.match(/canary-\d/g));
        assert.deepEqual([...seen].sort(), ['canary-7', 'canary-8', 'canary-9']);
      }
    });
  });
}
