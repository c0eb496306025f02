/**
 * Requests that each server gets once before its load, and what they give to the load: tokens, cookies. Each start of a server
 * is asked anew, as each issues its own. What is captured is secret, and stays in memory.
 */
import { requestText } from '../config/describe-load.ts';
import type {
  BeforeLoad,
  HoldScenario,
  HttpRequest,
  HttpScenario,
  Scenario,
  WebSocketScenario,
} from '../config/scenario.ts';
import type { PreparedRequest } from '../load/prepared-request.ts';
import { bodyWrite } from '../load/request-values.ts';
import type { Target } from '../load/target.ts';
import { answerText, answerOf as headOf } from '../load/unexpected.ts';
import { foreign } from '../system/printed.ts';
import { keepSecret } from '../system/secrets.ts';
import type { Answer } from './answers/answer.ts';
import { type Asker, askerFor } from './answers/ask.ts';
import { jsonParts, shownPathOf } from './answers/json-parts.ts';
import type { RunningServer } from './servers/server.ts';

const LEAST_PATIENCE_MS = 5000;

/** What was got so far. */
interface Got {
  values: Map<string, string>;
  cookies: Map<string, string>;
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
  const got: Got = { values: new Map(), cookies: new Map(), isJar };
  const asker = askerFor({ ...target, scenario: askedBy(scenario) }, null);
  try {
    for (const request of scenario.beforeLoad) await take(running, scenario, asker, request, got);
  } finally {
    asker[Symbol.dispose]();
    keepSecret([...got.values.values(), ...got.cookies.values()]);
  }
  const secrets = [...got.values.values(), ...got.cookies.values()];
  return { target: { ...target, scenario: filled(scenario, got) as Shape }, secrets };
}

async function take(
  running: RunningServer,
  scenario: LoggedIn,
  asker: Asker,
  request: BeforeLoad,
  got: Got,
): Promise<void> {
  const answer = await asker.ask(
    prepared(request, got),
    Math.max(LEAST_PATIENCE_MS, scenario.timeoutMs),
  );
  const what = `${requestText(request)} (\`before-load\`)`;
  if (typeof answer === 'string') {
    throw running.failure('no-answer', `${what} is not answered: ${answer}`);
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
      { answer: head, excerpt, good: 0 },
    );
  }
  for (const cookie of answer.cookies) keepCookie(got.cookies, cookie);
  for (const [name, from] of Object.entries(request.capture)) {
    const value = valueAt(answer, from);
    if (value === null || value === '') {
      const what = `${requestText(request)} (\`before-load\`) has nothing at \`${from}\` for \`${name}\``;
      throw running.failure('wrong-body', `${what}; ${placesIn(answer)}`);
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
  const [kind, name = ''] = from.split(' ');
  if (kind === 'header') return fields.get(name.toLowerCase()) ?? null;
  if (kind === 'cookie') {
    const jar = new Map<string, string>();
    for (const cookie of cookies) keepCookie(jar, cookie);
    return jar.get(name) ?? null;
  }
  const part = jsonParts(body.toString('utf8'))?.get(from);
  if (part?.type === 'text') return JSON.parse(part.value) as string;
  return part?.type === 'number' || part?.type === 'boolean' ? part.value : null;
}

/** A cookie that is taken back is gone. */
export function keepCookie(jar: Map<string, string>, header: string): void {
  const [pair = '', ...attributes] = header.split(';');
  const at = pair.indexOf('=');
  if (at < 1) return;
  const name = pair.slice(0, at).trim();
  const isGone = attributes.some((one) => {
    const [key = '', value = ''] = one.split('=').map((text) => text.trim());
    if (key.toLowerCase() === 'max-age') return Number(value) <= 0;
    return key.toLowerCase() === 'expires' && Date.parse(value) < Date.now();
  });
  if (isGone) jar.delete(name);
  else jar.set(name, pair.slice(at + 1).trim());
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
    headers: withJar(mapped(headers, put), got),
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
    headers: withJar(mapped(headers, put), got),
    subprotocol: subprotocol === null ? null : put(subprotocol),
    message: text === undefined ? message : { ...message, text: put(text, bodyWrite([], text)) },
  };
}

function prepared({ method, path, headers, body }: BeforeLoad, got: Got): PreparedRequest {
  const own = mapped(headers, (text) => fillIn(text, got.values));
  const sent = withJar(own, got);
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
function withJar(headers: Record<string, string>, { cookies, isJar }: Got): Record<string, string> {
  if (!isJar || cookies.size === 0) return headers;
  const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
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
