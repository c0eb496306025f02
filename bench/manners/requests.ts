/** What is sent, and whether both builds answer it alike. */
import { DECIDED, type Manner } from './manner.ts';

const DIFFERENT = /answers a list of 20, head an empty list/;

export const REQUESTS: readonly Manner[] = [
  {
    kind: 'answers that differ by time, process and count',
    folder: 'shop',
    should: { ...DECIDED, never: /answers differ/i },
  },
  {
    kind: 'head answers with an empty list once it is under load',
    folder: 'shop',
    headFolder: 'shop-wrong',
    should: { exit: 0, says: DIFFERENT, never: /Improvement/, withinS: 90 },
  },
  {
    kind: 'the same, and said to be meant',
    folder: 'shop',
    headFolder: 'shop-wrong',
    scenario: { answers: 'may-differ' },
    should: { exit: 0, says: DIFFERENT, never: /The answers differ/, withinS: 90 },
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
    should: DECIDED,
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
    should: DECIDED,
  },
];
