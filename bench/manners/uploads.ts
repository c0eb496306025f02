/** Servers that answer before they have read the body of a request. */
import { AT_ONCE_S, type Manner } from './manner.ts';

/** As much as a config file may hold, and more than is on its way at once. */
const BODY_BYTES = 900_000;
const upload = (
  KIND: string,
  scenario: Record<string, unknown> = {},
): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'uploads',
  server: { env: { KIND } },
  scenario: { method: 'POST', body: 'x'.repeat(BODY_BYTES), ...scenario },
});
const TOO_LARGE = {
  exit: 3,
  says: /both builds.*413.*client_max_body_size/,
  withinS: AT_ONCE_S,
};

export const UPLOADS: readonly Manner[] = [
  {
    kind: '413 before the body is read, and a reset',
    ...upload('resets'),
    // Where the reset comes first, the answer is lost.
    should: { ...TOO_LARGE, says: /both builds.*(413|while the body is).*client_max_body_size/ },
  },
  {
    kind: '413 before the body is read, and an end behind which it reads on',
    ...upload('lingers'),
    should: TOO_LARGE,
  },
  {
    kind: 'HTTP/2: 413 before the body is read, and a reset of the stream',
    ...upload('stream', { protocol: 'http2' }),
    should: TOO_LARGE,
  },
];
