/** Examples in which the change alters the config that it is judged by. */
import type { Bar } from '../../src/config/changes/bar.ts';
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import { quoting } from '../support/english.ts';
import { baseless, slower, steady, subject, verdictOf } from './build.ts';

const bar = (changes: Bar['changes'], more: Partial<Bar> = {}): Bar => ({
  asked: 'head',
  from: 'head',
  base: 'read',
  problem: null,
  changes,
  ...more,
});

export const BAR_EXAMPLES: Record<string, () => Verdict> = {
  'lowered-bar': () =>
    verdictOf('unchanged', [subject('api', 'plaintext', 'unchanged', steady())], {
      bar: bar([
        {
          key: 'gate.tolerance.p99',
          kind: 'changed',
          base: '20%',
          head: '500%',
          effect: 'looser',
        },
        { key: 'gate.metrics', kind: 'removed', base: 'memory', head: null, effect: 'looser' },
        {
          key: 'claims',
          kind: 'changed',
          base: 'gate: api.p99 <= 5ms',
          head: 'gate: api.p99 <= 50ms',
          effect: 'looser',
        },
        { key: 'scenarios.order', kind: 'removed', base: null, head: null, effect: 'looser' },
        {
          key: 'servers.api.start',
          kind: 'changed',
          base: 'node server.js',
          head: 'node server.js --fast `|`\n<b>',
          effect: 'other',
        },
        {
          key: 'scenarios.plaintext.headers.authorization',
          kind: 'changed',
          base: null,
          head: null,
          effect: 'other',
        },
        { key: 'gate.budget', kind: 'changed', base: '1m', head: '2m', effect: 'stricter' },
      ]),
    }),

  'no-baseline-bar': () =>
    verdictOf(
      'no-baseline',
      [baseless(quoting('base: the server ended before it was ready (exit code 1)'))],
      {
        bar: bar([
          {
            key: 'servers.api.start',
            kind: 'changed',
            base: 'node server.js',
            head: 'node new.js',
            effect: 'other',
          },
        ]),
      },
    ),

  'base-is-law': () =>
    verdictOf('regression', [subject('api', 'plaintext', 'regression', slower(0.081))], {
      bar: bar(
        [
          {
            key: 'gate.tolerance.throughput',
            kind: 'changed',
            base: '5%',
            head: '50%',
            effect: 'looser',
          },
        ],
        { asked: 'base', from: 'base' },
      ),
    }),

  'broken-law': () =>
    verdictOf('unchanged', [subject('api', 'plaintext', 'unchanged', steady())], {
      bar: bar([], {
        asked: 'base',
        base: 'broken',
        problem: '.github/throughput-gate.yml:7:3',
      }),
    }),
};
