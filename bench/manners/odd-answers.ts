/** Answers that never end, never come, or are longer or shorter than they say: told with what cures it. */
import { DECIDED, type Manner } from './manner.ts';

const odd = (KIND: string, scenario: Record<string, unknown> = {}) => ({
  folder: 'odd-answers',
  server: { env: { KIND }, ready: '/ready' },
  scenario,
});
/** Both builds are asked for it, each for its timeout of 5 s, and then once more for 3 s: the first answer alone may be late. */
const WITHIN_S = 25;
const told = (says: RegExp) => ({ exit: 3, says, withinS: WITHIN_S });

export const ODD_ANSWERS: readonly Manner[] = [
  {
    kind: 'an answer in chunks that never ends',
    ...odd('endless-chunks'),
    should: told(/both builds.*last chunk.*`timeout: 20s`.*server-sent events.*`command`/),
  },
  {
    kind: 'server-sent events',
    ...odd('events'),
    should: told(/both builds.*no Content-Length.*server-sent events.*`command`/),
  },
  {
    kind: 'long polling',
    ...odd('long-poll'),
    should: told(/both builds.*no byte of an answer.*`timeout: 20s`.*long polling/),
  },
  {
    kind: 'a login that is never answered',
    ...odd('long-poll', { path: '/ready', 'before-load': [{ path: '/login' }] }),
    should: told(/both builds.*GET \/login \(`before-load`\).*no answer within.*`timeout: 20s`/),
  },
  {
    kind: 'a Content-Length that is larger than the body',
    ...odd('short'),
    should: told(/both builds.*45 are missing.*mend the length/),
  },
  {
    kind: 'bytes behind the body',
    ...odd('behind'),
    should: told(/both builds.*5 bytes behind.*Content-Length is too small/),
  },
  {
    kind: 'status 204 with a body',
    ...odd('204-with-body', { expect: { status: 204 } }),
    should: told(/both builds.*behind a complete answer of status 204.*leave the body out/),
  },
  {
    kind: 'status 304 with a body',
    ...odd('304-with-body', { expect: { status: 304 } }),
    should: told(/both builds.*behind a complete answer of status 304.*leave the body out/),
  },
  { kind: 'informational answers before each answer', ...odd('hints'), should: DECIDED },
  {
    kind: 'a head of 30 KiB',
    ...odd('long-head'),
    server: { env: { KIND: 'long-head' } },
    should: DECIDED,
  },
  {
    kind: 'two Content-Length in one answer',
    ...odd('two-lengths'),
    server: { env: { KIND: 'two-lengths' } },
    should: told(/both builds.*no valid HTTP\/1\.1 \(.*mend what the server sends/),
  },
  {
    kind: 'lines of the head that end with LF alone',
    ...odd('lf-alone'),
    server: { env: { KIND: 'lf-alone' } },
    should: told(/both builds.*no valid HTTP\/1\.1.*mend what the server sends/),
  },
  { kind: 'a status without a reason phrase', ...odd('no-reason'), should: DECIDED },
  {
    kind: 'a header over two lines',
    ...odd('folded'),
    should: told(/both builds.*bad header line.*breaks the rules of the protocol/),
  },
  {
    kind: 'chunks and a Content-Length in one answer',
    ...odd('both-lengths'),
    should: told(/both builds.*both content-length and transfer-encoding.*breaks the rules/),
  },
  {
    kind: 'HEAD answered with a body',
    ...odd('head-with-body', { method: 'HEAD' }),
    should: told(/both builds.*5 bytes behind.*HEAD/),
  },
];
