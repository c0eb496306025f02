/** Sentences call a metric what every table calls it, by what is counted of the subject: src/report/findings/metric-findings.ts, finding.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../src/judge/findings/finding.ts';
import { findingText, subjectReason } from '../../../src/report/findings/finding.ts';
import { BUILDS } from '../../../src/terms/arm.ts';
import { everyFinding } from '../../support/every-finding.ts';

const ofMessages = { ...BUILDS, work: 'message' } as const;

const doubt = (code: 'interval-spans-tolerance' | 'too-few-values', subject: 'cpu' | 'p99') =>
  ({ code, severity: 'doubt', subject, data: {} }) satisfies Finding;

test('A reason names its metric as the tables do', () => {
  const reasons = [doubt('interval-spans-tolerance', 'cpu'), doubt('too-few-values', 'p99')];
  assert.match(subjectReason({ reasons }) ?? '', /^CPU per request: the true .*; p99 latency: too/);
  assert.match(subjectReason({ reasons }, ofMessages) ?? '', /^CPU per message: /);
});

test('What is counted of a WebSocket is messages, in every sentence', () => {
  const warning = { severity: 'warning', subject: 'cpu' } as const;
  const hidden = { code: 'hidden-worsening', severity: 'doubt', data: { change: 0.1 } } as const;
  const findings: Finding[] = [
    { ...warning, code: 'two-states', data: { arm: 'head', states: [] } },
    { ...hidden, subject: 'cpu' },
    { ...hidden, subject: 'throughput' },
    { ...warning, code: 'cpu-at-fixed-rate', data: { perSecond: 5000 } },
    {
      ...warning,
      code: 'too-noisy',
      data: { visible: 0.2, tolerance: 0.05, keeps: 0.1, budgetNeededMs: null },
    },
    { ...warning, code: 'rare-work', subject: 'head', data: { share: 0.1, seconds: 1e-6 } },
  ];
  for (const finding of findings) {
    const text = findingText(finding, ofMessages);
    assert.match(text, /message/, text);
    assert.doesNotMatch(text, /request/, text);
    assert.match(findingText(finding), /request/);
  }
});

/** They are told of a load over HTTP alone, or of a part of it that is. */
const OF_HTTP: readonly Finding['code'][] = [
  'answers-differ',
  'answers-packed-otherwise',
  'answers-say-error',
  'burst-failures',
  'connections-held',
  'listen-queue-full',
  'load-lowered',
  'requests-resent',
];

test('No sentence about a WebSocket speaks of requests', () => {
  const told = everyFinding().filter(({ code }) => !OF_HTTP.includes(code));
  for (const finding of told) {
    // What a finding counts by itself.
    const data: object =
      'work' in finding.data ? { ...finding.data, work: 'message' } : finding.data;
    const text = findingText({ ...finding, data } as Finding, ofMessages);
    assert.doesNotMatch(text.replace(/`[^`]*`|pull requests?/gi, ''), /request/i, finding.code);
  }
});
