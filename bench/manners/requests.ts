/** What is sent, and whether both builds answer it alike. */
import { DECIDED, type Manner } from './manner.ts';

const DIFFERENT = /answers a list of 20, head an empty list/;

const SECRET = 'hunter2-of-the-manners';
const TOKEN = `\${LOAD_TOKEN}`;
const answering = (base: string, head: string): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'answering',
  server: { env: { ARM: '{arm}', BASE: base, HEAD: head } },
  scenario: { path: '/plain' },
});
const packed = (head: string): Omit<Manner, 'kind' | 'should'> => ({
  ...answering('as-small-as-can-be', head),
  scenario: { requests: ['gzip', 'br', 'deflate', 'zstd'].map((one) => ({ path: `/${one}` })) },
});
const SOME_WRONG = {
  exit: 0,
  says: /answers a list of 60, head an empty list/,
  never: /Improvement/,
  withinS: 120,
};
const wrongFor = (
  some: string,
  scenario: Record<string, unknown>,
): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'wrong-for-some',
  server: { env: { ARM: '{arm}', WRONG: some } },
  scenario,
});
const POSTS = { method: 'POST', path: '/search', body: '{"q":"x"}' };
const TOLD = { exit: 0, says: /The answers differ/i, never: /Improvement/, withinS: 90 };
const form = (password: string) => ({
  'before-load': [
    { path: '/account/login', capture: { csrf: '/name="csrf" value="([^"]+)"/' } },
    {
      ...{ method: 'POST', path: '/account/login' },
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `csrf={csrf}&password=${password}`,
    },
  ],
  cookies: true,
  path: '/orders',
});
const PASSWORD = `it's "${SECRET}" \\ & + %41`;
const FORM = 'application/x-www-form-urlencoded';
const sent = `\${PASSWORD}`;
const byPassword = (
  env: Record<string, string>,
  scenario: Record<string, unknown>,
): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'password',
  server: { env, ready: '/up' },
  scenario,
});
const inJson = {
  ...{ method: 'POST', path: '/json', body: `{"password":"${sent}"}` },
  headers: { 'content-type': 'application/json' },
};
const inForm = {
  ...{ method: 'POST', path: '/form', body: `user=a&password=${sent}` },
  headers: { 'content-type': FORM },
};
const talkative = (most: number) => ({
  folder: 'talkative',
  server: { env: { MOST: String(most), API_TOKEN: TOKEN } },
  scenario: {
    path: `/list?key=${TOKEN}`,
    headers: { authorization: `Bearer ${TOKEN}` },
  },
});

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
  {
    kind: 'a login by a form: a token in the page, a redirect, cookies for several paths',
    folder: 'session',
    server: { ready: { path: '/account/login' } },
    scenario: form('open'),
    should: DECIDED,
  },
  {
    kind: 'the same with a wrong password, which is answered with 200',
    folder: 'session',
    server: { ready: { path: '/account/login' } },
    scenario: form('wrong'),
    should: { exit: 3, says: /`cookies: true`, but .*`sid` is for \/account/, withinS: 20 },
  },
  {
    kind: 'answers that are packed less hard: gzip, br, deflate and zstd',
    ...packed('lightly'),
    should: { ...DECIDED, never: /answers differ|packed/i },
  },
  { kind: 'packed answers, one price of 200 is another one', ...packed('price'), should: TOLD },
  {
    kind: 'head answers with an error page and status 200',
    ...answering('list', 'page'),
    should: TOLD,
  },
  {
    kind: 'head answers with nothing and status 200',
    ...answering('list', 'nothing'),
    should: TOLD,
  },
  {
    kind: 'answers that are made of the port: a sum, a token, base64, a hash',
    folder: 'of-its-port',
    server: { env: { ARM: '{arm}' } },
    should: { exit: 0, never: /answers differ/i, withinS: 90 },
  },
  {
    kind: 'the same, and a price of head is another one',
    folder: 'of-its-port',
    server: { env: { ARM: '{arm}', WRONG: 'head' } },
    should: {
      exit: 0,
      says: /\$\.price: base: 1; head: 2/,
      never: /\$\.metrics|Improvement/,
      withinS: 90,
    },
  },
  {
    kind: 'head answers with an empty list for one row in twenty of a CSV',
    ...wrongFor('row', { data: 'users.csv', path: '/users?email={email}' }),
    should: SOME_WRONG,
  },
  {
    kind: 'head answers with an empty list to one kind in eight of a mix',
    ...wrongFor('kind', {
      requests: [{ path: '/items', weight: 7 }, { path: '/reports' }],
    }),
    should: SOME_WRONG,
  },
  {
    kind: 'head answers with an empty list after 200 requests',
    ...wrongFor('after', { path: '/items' }),
    should: SOME_WRONG,
  },
  {
    kind: 'head answers with an empty list to POST alone',
    ...wrongFor('posts', { requests: [{ path: '/items', weight: 7 }, POSTS] }),
    should: SOME_WRONG,
  },
  { kind: 'head answers the same as another type', ...answering('list', 'text'), should: TOLD },
  {
    kind: 'a secret that is not set',
    ...talkative(1e9),
    should: { exit: 2, says: /the variable LOAD_TOKEN is not set/, withinS: 15 },
  },
  {
    kind: 'a secret with a line break, for a header',
    ...talkative(1e9),
    env: { LOAD_TOKEN: `${SECRET}\nx: y` },
    should: { exit: 2, says: /LOAD_TOKEN cannot stand in a header/, hides: SECRET, withinS: 15 },
  },
  {
    kind: 'a secret that the server prints and sends back, in a header and in a query',
    ...talkative(1e9),
    env: { LOAD_TOKEN: SECRET },
    should: { ...DECIDED, hides: SECRET },
  },
  {
    kind: 'a password with quotation marks and other signs, in JSON, in a form and in a query',
    ...byPassword(
      { PASSWORD: sent },
      { requests: [inJson, inForm, { path: `/query?password=${sent}` }] },
    ),
    env: { PASSWORD },
    should: { ...DECIDED, hides: SECRET, withinS: 90 },
  },
  {
    kind: 'the same, printed as shells, languages and URLs quote it',
    ...byPassword({ MOST: '300' }, inJson),
    env: { PASSWORD },
    should: { exit: 3, says: /where password = '…'/, hides: SECRET, withinS: 45 },
  },
  {
    kind: 'one row of secret data in the last words of a server that ends',
    ...byPassword(
      { MOST: '300' },
      { ...inForm, body: 'user={user}&password={password}', data: `\${USERS}` },
    ),
    env: { USERS: `user,password\nann,${SECRET}\nbob,${SECRET}\n` },
    should: { exit: 3, says: /nobody has …/, hides: SECRET, withinS: 45 },
  },
  {
    kind: 'a secret in the last words of a server that ends',
    ...talkative(300),
    env: { LOAD_TOKEN: SECRET },
    should: { exit: 3, says: /no more for Bearer …/, hides: SECRET, withinS: 45 },
  },
  {
    kind: 'a secret that comes back in the place of a redirect, encoded',
    ...talkative(1e9),
    server: { env: { MOST: '1e9', API_TOKEN: TOKEN, REDIRECTS: '1' } },
    env: { LOAD_TOKEN: SECRET },
    should: {
      exit: 3,
      says: /both builds.*redirects to.*\/login.*before-load/,
      hides: SECRET,
      withinS: 20,
    },
  },
];
