/** What is sent, and whether both builds answer it alike. */
import type { Manner } from './manner.ts';

const VERDICT_S = 45;
const DIFFERENT = /answers a list of 20, head an empty list/;

export const REQUESTS: readonly Manner[] = [
  {
    kind: 'answers that differ by time, process and count',
    folder: 'shop',
    should: { exit: 0, never: /answers differ/i, withinS: VERDICT_S },
  },
  {
    kind: 'head answers with an empty list once it is under load',
    folder: 'shop',
    headFolder: 'shop-wrong',
    should: { exit: 0, says: DIFFERENT, never: /Improvement/, withinS: 2 * VERDICT_S },
  },
  {
    kind: 'the same, and said to be meant',
    folder: 'shop',
    headFolder: 'shop-wrong',
    scenario: { answers: 'may-differ' },
    should: { exit: 0, says: DIFFERENT, never: /The answers differ/, withinS: 2 * VERDICT_S },
  },
  {
    kind: 'asks for a token that each server issues itself',
    folder: 'shop',
    server: { env: { TOKEN_NEEDED: '1' }, ready: '/up' },
    scenario: {
      'before-load': [
        {
          ...{ method: 'POST', path: '/login', body: '{"password":"open"}' },
          capture: { token: '$.access_token' },
        },
      ],
      headers: { authorization: 'Bearer {token}' },
    },
    should: { exit: 0, withinS: VERDICT_S },
  },
  {
    kind: 'refuses the login',
    folder: 'shop',
    server: { env: { TOKEN_NEEDED: '1' }, ready: '/up' },
    scenario: {
      'before-load': [{ method: 'POST', path: '/login', body: '{"password":"wrong"}' }],
    },
    should: { exit: 3, says: /POST \/login \(`before-load`\).*401/s, withinS: 20 },
  },
  {
    kind: 'refuses what it was sent before',
    folder: 'shop',
    server: { env: { UNIQUE: '1' }, ready: '/up' },
    scenario: {
      ...{ method: 'POST', body: '{"email":"{uuid}@example.test"}' },
      expect: { status: 201 },
    },
    should: { exit: 0, withinS: VERDICT_S },
  },
];
