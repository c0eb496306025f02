/**
 * Requests that each server gets once before its load, and what they give to the load: tokens, cookies. Each start of a server
 * is asked anew, as each issues its own. What is captured is secret, and stays in memory.
 */
import { requestText } from '../../config/experiment/describe-load.ts';
import type {
  BeforeLoad,
  HoldScenario,
  HttpRequest,
  HttpScenario,
  Scenario,
  WebSocketScenario,
} from '../../config/experiment/scenario.ts';
import { bodyWrite } from '../../config/fill/write.ts';
import { HEADER_VALUE } from '../../config/values/values.ts';
import type { PreparedRequest } from '../../load/prepared-request.ts';
import { NOT_IN_TIME } from '../../load/question.ts';
import { LATE } from '../../load/shared/broken-answer.ts';
import type { Target } from '../../load/target.ts';
import { answerText, answerOf as headOf } from '../../load/unexpected.ts';
import { foreign } from '../../system/messages/printed.ts';
import { keepSecret } from '../../system/messages/secrets.ts';
import { firstMatch } from '../../system/output/bounded-match.ts';
import type { Answer } from '../answers/answer.ts';
import { jsonParts, shownPathOf } from '../answers/json-parts.ts';
import { type Asker, askerFor } from '../asking/ask.ts';
import type { RunningServer } from '../servers/server.ts';
import { CookieJar } from './cookies.ts';

const LEAST_PATIENCE_MS = 5000;

/** What was got so far. */
interface Got {
  values: Map<string, string>;
  cookies: CookieJar;
  /** Whether cookies are sent at all. */
  isJar: boolean;
}

/** A load that a login may precede. */
type LoggedIn = HttpScenario | WebSocketScenario | HoldScenario;

/** The target with what its server gave filled in, and these values, which are secrets. Rejects with the arm's failure. */
export async function logIn<Shape extends Scenario>(
  running: RunningServer,
  target: Target<Shape>,
): Promise<{ target: Target<Shape>; secrets: string[] }> {
  const { scenario } = target;
  if (scenario.kind === 'command' || scenario.beforeLoad === undefined) {
    return { target, secrets: [] };
  }
  const isJar = scenario.cookies === true;
  const got: Got = { values: new Map(), cookies: new CookieJar(), isJar };
  const asker = askerFor({ ...target, scenario: askedBy(scenario) }, null);
  try {
    for (const request of scenario.beforeLoad) await take(running, scenario, asker, request, got);
  } finally {
    asker[Symbol.dispose]();
    keepSecret([...got.values.values(), ...got.cookies.values]);
  }
  assertSendable(running, scenario, got);
  const secrets = [...got.values.values(), ...got.cookies.values];
  return { target: { ...target, scenario: filled(scenario, got) as Shape }, secrets };
}

/** A load that goes without its session would be measured all the same, if only by the server's page for strangers. */
function assertSendable(running: RunningServer, scenario: LoggedIn, { cookies, isJar }: Got): void {
  if (!isJar) return;
  const paths = pathsOf(scenario);
  if (paths.some((path) => cookies.fieldFor(path) !== null)) return;
  const { places } = cookies;
  const why =
    places.length === 0
      ? 'no answer of `before-load` sets one. Did the login come off? Its `status` can say which answer means so'
      : `none of those that \`before-load\` got is for a request of the load: ${places
          .slice(0, PLACES_TOLD)
          .map(({ name, path }) => `\`${foreign(name)}\` is for ${foreign(path)}`)
          .join(', ')}. The server gives that by \`Path\`; without it, by the folder of the login`;
  throw running.failure('wrong-body', `\`cookies: true\`, but ${why}`);
}

/** Texts of all header values, in which what was captured may stand. */
function headersOf(scenario: LoggedIn): string[] {
  const load =
    scenario.kind === 'http'
      ? scenario.requests
      : scenario.kind === 'websocket'
        ? [scenario]
        : [scenario.request ?? { headers: {} }, scenario.socket ?? { headers: {} }];
  return [...load, ...(scenario.beforeLoad ?? [])].flatMap(({ headers }) => Object.values(headers));
}

function pathsOf(scenario: LoggedIn): string[] {
  if (scenario.kind === 'http') return scenario.requests.map(({ path }) => path);
  if (scenario.kind === 'websocket') return [scenario.path];
  return [scenario.request, scenario.socket].flatMap((one) => one?.path ?? []);
}

async function take(
  running: RunningServer,
  scenario: LoggedIn,
  asker: Asker,
  request: BeforeLoad,
  got: Got,
): Promise<void> {
  const timeoutMs = Math.max(LEAST_PATIENCE_MS, scenario.timeoutMs);
  const answer = await asker.ask(prepared(request, got), timeoutMs);
  const what = `${requestText(request)} (\`before-load\`)`;
  if (typeof answer === 'string') {
    const isLate = answer.startsWith(NOT_IN_TIME);
    const symptoms = isLate ? { failed: { message: `${LATE} ${timeoutMs} ms`, timeoutMs } } : {};
    throw running.failure('no-answer', `${what} is not answered: ${answer}`, symptoms);
  }
  const { status } = answer;
  const isGood = request.status === null ? status < 400 : status === request.status;
  if (!isGood) {
    const head = headOf({
      ...{ status, contentType: answer.fields.get('content-type') ?? null },
      location: answer.fields.get('location') ?? null,
    });
    const expected = request.status === null ? 'a status below 400' : `status ${request.status}`;
    // A login that came off, with another status than the expected one, has a token in it.
    const excerpt = status < 400 ? null : JSON.stringify(answer.body.toString('utf8', 0, 80));
    throw running.failure(
      'wrong-status',
      `${what} is not answered as expected: expected ${expected}, got ${answerText(head)}`,
      { answer: head, excerpt, good: 0, isBeforeLoad: true, method: request.method },
    );
  }
  for (const cookie of answer.cookies) got.cookies.keep(cookie, request.path);
  for (const [name, from] of Object.entries(request.capture)) {
    const value = valueAt(answer, from);
    if (value === null || value === '') {
      const what = `${requestText(request)} (\`before-load\`) has nothing at \`${from}\` for \`${name}\``;
      throw running.failure('wrong-body', `${what}; ${placesIn(answer)}`);
    }
    if (!HEADER_VALUE.test(value) && headersOf(scenario).some((one) => one.includes(`{${name}}`))) {
      const what = `${requestText(request)} (\`before-load\`) gives a value at \`${from}\` for \`${name}\` that cannot stand in a header: it has a line break or other characters`;
      throw running.failure('wrong-body', what);
    }
    got.values.set(name, value);
  }
}

const PLACES_TOLD = 10;

/** Names and no values: an answer to a login is made of secrets. */
function placesIn({ body, fields, cookies }: Answer): string {
  const parts = jsonParts(body.toString('utf8')) ?? new Map();
  const single = [...parts].filter(([, { type }]) => ['text', 'number', 'boolean'].includes(type));
  const places = [
    ...single.map(([path]) => shownPathOf(path)),
    ...cookies.map((cookie) => `cookie ${cookie.split('=')[0]}`),
    ...[...fields.keys()].map((name) => `header ${name}`),
  ].slice(0, PLACES_TOLD);
  return places.length === 0
    ? 'the answer has no values'
    : `the answer has ${places.map((place) => `\`${foreign(place)}\``).join(', ')}`;
}

/** Null: it is not there, or no single value. */
export function valueAt({ body, fields, cookies }: Answer, from: string): string | null {
  if (from.startsWith('/')) return matchIn(body.toString('utf8'), from);
  const [kind, name = ''] = from.split(' ');
  if (kind === 'header') return fields.get(name.toLowerCase()) ?? null;
  if (kind === 'cookie') {
    const jar = new CookieJar();
    for (const cookie of cookies) jar.keep(cookie, '/');
    return jar.valueOf(name);
  }
  const part = jsonParts(body.toString('utf8'))?.get(from);
  if (part?.type === 'text') return JSON.parse(part.value) as string;
  return part?.type === 'number' || part?.type === 'boolean' ? part.value : null;
}

/** What the first group of a regular expression holds, or all of it where it has none. */
function matchIn(text: string, pattern: string): string | null {
  const end = pattern.lastIndexOf('/');
  const found = firstMatch(new RegExp(pattern.slice(1, end), pattern.slice(end + 1)), [text]);
  return found === null ? null : (found[1] ?? found[0]);
}

function filled(scenario: LoggedIn, got: Got): LoggedIn {
  switch (scenario.kind) {
    case 'http':
      return { ...scenario, requests: scenario.requests.map((one) => filledRequest(one, got)) };
    case 'websocket':
      return { ...scenario, ...filledSocket(scenario, got) };
    case 'hold': {
      const { request, socket } = scenario;
      return {
        ...scenario,
        request: request && filledRequest(request, got),
        socket: socket && filledSocket(socket, got),
      };
    }
  }
}

function filledRequest(request: HttpRequest, got: Got): HttpRequest {
  const { path, headers, body } = request;
  const put = (text: string, write?: (value: string) => string) => fillIn(text, got.values, write);
  return {
    ...request,
    path: put(path, encodeURIComponent),
    headers: withJar(mapped(headers, put), path, got),
    body: body === null ? null : put(body, bodyWrite(Object.entries(headers), body)),
  };
}

type Socket = Pick<WebSocketScenario, 'path' | 'headers' | 'subprotocol' | 'message'>;

function filledSocket<Some extends Socket>(socket: Some, got: Got): Some {
  const { path, headers, subprotocol, message } = socket;
  const put = (text: string, write?: (value: string) => string) => fillIn(text, got.values, write);
  const { text } = message;
  return {
    ...socket,
    path: put(path, encodeURIComponent),
    headers: withJar(mapped(headers, put), path, got),
    subprotocol: subprotocol === null ? null : put(subprotocol),
    message: text === undefined ? message : { ...message, text: put(text, bodyWrite([], text)) },
  };
}

function prepared({ method, path, headers, body }: BeforeLoad, got: Got): PreparedRequest {
  const own = mapped(headers, (text) => fillIn(text, got.values));
  const sent = withJar(own, path, got);
  const text =
    body === null ? null : fillIn(body, got.values, bodyWrite(Object.entries(headers), body));
  return {
    ...{ method, path: fillIn(path, got.values, encodeURIComponent) },
    headers: Object.entries(sent),
    body: text === null ? null : Buffer.from(text),
    ...{ expectedStatus: 200, expectedBody: null },
  };
}

function fillIn(
  text: string,
  values: ReadonlyMap<string, string>,
  write: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(/(?<![\\$])\{([A-Za-z_][\w-]*)\}/g, (whole, name: string) => {
    const value = values.get(name);
    return value === undefined ? whole : write(value);
  });
}

function mapped(
  record: Readonly<Record<string, string>>,
  put: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, text]) => [name, put(text)]));
}

/** With the cookies behind those that a request has of its own. */
function withJar(
  headers: Record<string, string>,
  path: string,
  { cookies, isJar }: Got,
): Record<string, string> {
  const jar = isJar ? cookies.fieldFor(path) : null;
  if (jar === null) return headers;
  const own = Object.entries(headers).find(([name]) => name.toLowerCase() === 'cookie');
  if (own === undefined) return { ...headers, cookie: jar };
  return { ...headers, [own[0]]: `${own[1]}; ${jar}` };
}

/** How the scenario's server is asked: what upgrades to WebSocket is asked over HTTP/1.1. */
function askedBy(scenario: LoggedIn): HttpScenario {
  if (scenario.kind === 'http') return scenario;
  const { name, tls, timeoutMs } = scenario;
  return {
    ...({ kind: 'http', name, protocol: 'http1', engine: 'builtin', tls } as const),
    ...{ connections: 1, streams: 1, timeoutMs, requests: [], latency: null, steadyMs: null },
    serverCores: null,
  };
}
