/**
 * A real HTTP server in GitHub's place: the part of the REST and GraphQL APIs that the action uses,
 * with GitHub's limits and faults on order. Give its `url` to GITHUB_API_URL or to `githubClient`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeUser {
  login: string;
  type: 'Bot' | 'User';
}

export interface FakeComment {
  id: number;
  issue: number;
  user: FakeUser;
  body: string;
}

export interface RecordedRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  /** Parsed JSON; undefined when there was none. */
  body: unknown;
  /** Null while it is under way, and for a connection that was left hanging or cut. */
  status: number | null;
}

/** What goes wrong, and for which requests. The first rule that matches and is not used up counts. */
export interface Fault {
  /** Default: any. */
  method?: string | readonly string[];
  path?: RegExp;
  /** How often. Default: always. */
  times?: number;
  /**
   * `hang`: no answer. `reset`: the connection is cut before the request takes effect. `lost`: the
   * request takes effect, but its answer is cut. `torn`: it takes effect, and half the answer comes.
   */
  effect?: 'hang' | 'reset' | 'lost' | 'torn';
  /** An answer instead of the usual one. */
  status?: number;
  message?: string;
  /** The whole answer, where it is no message. */
  body?: object;
  headers?: Record<string, string>;
  /** Runs first, such as for another job that comments in between. */
  before?: (github: FakeGitHub) => void;
}

export interface FakeGitHubOptions {
  /** Who the token is. Default: `github-actions[bot]`. */
  login?: FakeUser;
  comments?: { issue: number; body: string; user?: FakeUser }[];
  /** By number: what `GET /pulls/N` answers. Any other number is 404. */
  pulls?: Record<number, object>;
  /** By `base...head`: the merge base. Any other pair is 404. */
  mergeBases?: Record<string, string>;
  faults?: Fault[];
}

export interface FakeGitHub extends AsyncDisposable {
  readonly url: string;
  /** The state, oldest first; tests may change it. */
  readonly comments: FakeComment[];
  readonly requests: RecordedRequest[];
  /** Adds a fault, ahead of the ones that are there. */
  inject(fault: Fault): void;
  addComment(issue: number, body: string, user?: FakeUser): FakeComment;
  close(): Promise<void>;
}

export const ACTIONS_BOT: FakeUser = { login: 'github-actions[bot]', type: 'Bot' };

/** GitHub's limit on a comment, in characters. */
export const COMMENT_MAXIMUM = 65_536;

const DOCS = 'https://docs.github.com/rest';

/** Faults as GitHub words them. */
export const FAULTS = {
  /** A token that only reads: what a fork's pull request gets. */
  readOnlyToken: {
    method: ['POST', 'PATCH', 'DELETE'],
    path: /^\/repos\//,
    status: 403,
    message: 'Resource not accessible by integration',
  },
  secondaryLimit: {
    path: /^\/repos\//,
    times: 1,
    status: 403,
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes.',
    headers: { 'retry-after': '2' },
  },
} as const satisfies Record<string, Fault>;

export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const self = options.login ?? ACTIONS_BOT;
  const comments: FakeComment[] = [];
  const requests: RecordedRequest[] = [];
  const faults: { fault: Fault; left: number }[] = [];
  let lastId = 1000;

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const github: FakeGitHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    requests,
    inject: (fault) =>
      void faults.unshift({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }),
    addComment(issue, body, user = self) {
      const comment = { id: ++lastId, issue, user, body };
      comments.push(comment);
      return comment;
    },
    close: () => stop(server),
    [Symbol.asyncDispose]: () => stop(server),
  };
  for (const { issue, body, user } of options.comments ?? []) github.addComment(issue, body, user);
  for (const fault of options.faults ?? []) github.inject(fault);
  return github;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded = await record(request);
    requests.push(recorded);
    const fault = takeFault(recorded);
    fault?.before?.(github);
    if (fault?.effect === 'hang') return;
    if (fault?.effect === 'reset') return void request.socket.destroy();
    const answer =
      fault?.status === undefined ? route(recorded, github, self, options) : wrong(fault);
    if (fault?.effect === 'lost') return void request.socket.destroy();
    recorded.status = answer.status;
    send(response, answer, fault?.effect === 'torn');
  }

  function takeFault({ method, path }: RecordedRequest): Fault | undefined {
    const found = faults.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.method === undefined || [fault.method].flat().includes(method)) &&
        (fault.path === undefined || fault.path.test(path)),
    );
    if (found !== undefined) found.left--;
    return found?.fault;
  }
}

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === '' ? undefined : JSON.parse(text),
    status: null,
  };
}

function route(
  request: RecordedRequest,
  github: FakeGitHub,
  self: FakeUser,
  options: FakeGitHubOptions,
): Answer {
  if (!request.headers.authorization) return problem(401, 'Requires authentication');
  const call = `${request.method} ${request.path}`;
  const routes: [RegExp, (part: string) => Answer][] = [
    [/^POST \/graphql$/, () => ok({ data: { viewer: { login: self.login } } })],
    [/^GET \/user$/, () => getUser(self)],
    [inRepo('GET', /issues\/(\d+)\/comments/), (issue) => list(request, github, Number(issue))],
    [inRepo('POST', /issues\/(\d+)\/comments/), (issue) => create(request, github, Number(issue))],
    [inRepo('PATCH', /issues\/comments\/(\d+)/), (id) => update(request, github, Number(id))],
    [inRepo('DELETE', /issues\/comments\/(\d+)/), (id) => remove(github, Number(id))],
    [inRepo('GET', /pulls\/(\d+)/), (number) => known(options.pulls?.[Number(number)])],
    [inRepo('GET', /compare\/(.+)/), (pair) => compare(options, decodeURIComponent(pair))],
  ];
  for (const [pattern, handle] of routes) {
    const match = pattern.exec(call);
    if (match) return handle(match[1] ?? '');
  }
  return problem(404, 'Not Found');
}

function inRepo(method: string, rest: RegExp): RegExp {
  return new RegExp(`^${method} /repos/[^/]+/[^/]+/${rest.source}$`);
}

/** As for every token of an app, GITHUB_TOKEN among them. */
function getUser(self: FakeUser): Answer {
  return self.type === 'Bot' ? problem(403, 'Resource not accessible by integration') : ok(self);
}

function list({ path, query }: RecordedRequest, github: FakeGitHub, issue: number): Answer {
  const all = github.comments.filter((comment) => comment.issue === issue);
  const size = Math.min(Number(query.per_page ?? 30), 100);
  const page = Number(query.page ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number, rel: string) =>
    `<${github.url}${path}?per_page=${size}&page=${to}>; rel="${rel}"`;
  const links = page < last ? [link(page + 1, 'next'), link(last, 'last')] : [];
  return {
    ...ok(all.slice((page - 1) * size, page * size).map((comment) => shown(comment, github))),
    ...(links.length > 0 && { headers: { link: links.join(', ') } }),
  };
}

function create({ body }: RecordedRequest, github: FakeGitHub, issue: number): Answer {
  const text = bodyOf(body);
  const refusal = refuse(text);
  if (refusal !== null) return refusal;
  return { status: 201, body: shown(github.addComment(issue, text), github) };
}

function update({ body }: RecordedRequest, github: FakeGitHub, id: number): Answer {
  const comment = github.comments.find((candidate) => candidate.id === id);
  if (comment === undefined) return problem(404, 'Not Found');
  const text = bodyOf(body);
  const refusal = refuse(text);
  if (refusal !== null) return refusal;
  comment.body = text;
  return ok(shown(comment, github));
}

function remove(github: FakeGitHub, id: number): Answer {
  const index = github.comments.findIndex((comment) => comment.id === id);
  if (index < 0) return problem(404, 'Not Found');
  github.comments.splice(index, 1);
  return { status: 204 };
}

function compare({ mergeBases = {} }: FakeGitHubOptions, pair: string): Answer {
  const sha = mergeBases[pair];
  return known(sha === undefined ? undefined : { merge_base_commit: { sha } });
}

function known(body: object | undefined): Answer {
  return body === undefined ? problem(404, 'Not Found') : ok(body);
}

function bodyOf(body: unknown): string {
  const text = (body as { body?: unknown } | undefined)?.body;
  return typeof text === 'string' ? text : '';
}

function refuse(text: string): Answer | null {
  if (text.trim() === '')
    return problem(422, 'Validation Failed', [{ message: 'body is missing' }]);
  if ([...text].length <= COMMENT_MAXIMUM) return null;
  const message = `Body is too long (maximum is ${COMMENT_MAXIMUM} characters)`;
  return problem(422, 'Validation Failed', [{ resource: 'IssueComment', field: 'data', message }]);
}

function shown({ id, issue, user, body }: FakeComment, { url }: FakeGitHub): object {
  return {
    id,
    url: `${url}/comments/${id}`,
    html_url: `${url}/pull/${issue}#issuecomment-${id}`,
    user,
    body,
  };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function wrong({ status = 500, message = 'Server Error', body, headers = {} }: Fault): Answer {
  return { ...(body === undefined ? problem(status, message) : { status, body }), headers };
}

function problem(status: number, message: string, errors?: object[]): Answer {
  return { status, body: { message, documentation_url: DOCS, ...(errors && { errors }) } };
}

function send(response: ServerResponse, { status, body, headers }: Answer, torn: boolean): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  if (!torn) return void response.end(text);
  response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
}

async function stop(server: ReturnType<typeof createServer>): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
