/** Servers that keep out whoever asks like a machine, and routes that are broken in the midst of sound ones. */
import type { Manner } from './manner.ts';

const guarded = (
  KIND: string,
  env: Record<string, string> = {},
  scenario: Record<string, unknown> = {},
): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'guarded',
  server: { env: { KIND, ...env }, ready: '/ready' },
  scenario,
});
const MIX = {
  requests: [
    { path: '/items', weight: 8 },
    { path: '/reports', weight: 2 },
  ],
};
const told = (says: RegExp) => ({ exit: 3, says, withinS: 60 });
/** It is measured to its end before that is told. */
const toldAtEnd = (says: RegExp) => ({ exit: 3, says, withinS: 120 });
const LIMITER = /rate limiter: after \d+ good answers it answered 429.*Turn it off/;

export const GUARDED: readonly Manner[] = [
  {
    kind: 'answers 429 after its first 500 requests',
    ...guarded('limiter'),
    should: told(LIMITER),
  },
  {
    kind: 'answers 429 beyond 500 requests a second',
    ...guarded('bucket'),
    should: told(LIMITER),
  },
  {
    kind: 'answers 429 from the 20th request on',
    ...guarded('limiter', { MOST: '20' }),
    should: told(LIMITER),
  },
  {
    kind: 'answers 403 to whoever has no user-agent of a browser',
    ...guarded('robots'),
    should: told(/got 403.*needs a header.*user-agent/),
  },
  {
    kind: 'answers 403 after its first 500 requests',
    ...guarded('lock'),
    should: told(/answered 403 after \d+ good answers: it shuts out.*Turn it off/),
  },
  {
    kind: 'closes every connection after its first 500 requests',
    ...guarded('ban'),
    should: told(/closed every connection after \d+ good answers.*it shuts out/),
  },
  {
    kind: 'asks for a captcha, with status 200, after its first 500 requests',
    ...guarded('captcha'),
    should: {
      exit: 0,
      says: /under load, .* before the load they had .*a captcha/,
      never: /Improvement|No regression/,
      withinS: 120,
    },
  },
  {
    kind: 'answers every other request with 503',
    ...guarded('shed'),
    should: toldAtEnd(/answered 503 after [\d,]+ good answers.*fewer connections/),
  },
  {
    kind: 'one route of a mix always answers 503',
    ...guarded('route', { MOST: '0' }, MIX),
    should: told(
      /GET \/reports is not answered .*503; it is 20% of the load, and the other kind .*Only GET \/reports fails/,
    ),
  },
  {
    kind: 'one route of a mix answers 503 after the first 500 requests',
    ...guarded('route', {}, MIX),
    should: toldAtEnd(
      /that are known are GET \/reports, 20% of the load.*Only GET \/reports fails/,
    ),
  },
];
