/** What `ready` can ask for: an answer to a request of its own, a line of the output, a command. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe } from 'node:test';
import type { ServerFailure } from '../../../src/measure/failures/server-failure.ts';
import { freePort } from '../../../src/measure/listening/ports.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';
import { it } from '../../support/unless-late.ts';
import { makeSandbox, node, OK } from '../servers/sandbox.ts';

const skip = process.platform === 'linux' ? false : 'needs /proc';
const noPython = spawnSync('python3', ['--version']).status === 0 ? skip : 'there is no python3';

/** A server whose answers are made by this code, with the request `q`, the answer `r` and the count `n`. */
const answering = (code: string) =>
  node(`let n = 0; require("http").createServer((q, r) => { n++; ${code}; r.end() })
    .listen(+process.env.PORT, "127.0.0.1")`);

/** The advice that comes with a failure. */
function adviceOf(error: ServerFailure): string {
  const { cure } = error.of('pilot');
  return cure === null ? '' : cureText(cure);
}

// Most of their time is waiting, which several can do at once.
describe('what ready asks for', { concurrency: 4 }, () => {
  // The longest goes first.
  it('Nobody waits for ten seconds without a word', async (t) => {
    const told: string[] = [];
    const start = node('setInterval(() => {}, 1000)');
    const note = (message: string) => told.push(message);
    await assert.rejects(makeSandbox(t).ready({ start, timeoutMs: 11_000 }, { note }));
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^not ready on port \d+ after 10(\.\d)? s: nothing listens there/);
  });

  it('A server that knows one host is ready by the header that names it', async (t) => {
    const start = answering('r.statusCode = q.headers.host === "example.test" ? 200 : 503');
    const headers = { host: 'example.test' };
    await assert.doesNotReject(makeSandbox(t).ready({ start, ready: { headers } }));
    const trying = makeSandbox(t).ready({ start, timeoutMs: 3000, form: 'flags' });
    await assert.rejects(trying, (error: ServerFailure) => {
      assert.match(error.message, /GET \/ gave status 503 for 3 s/);
      assert.match(adviceOf(error), /`--ready-headers`/);
      return true;
    });
  });

  it('A question has the method and the statuses that the config names', async (t) => {
    const start = answering(
      'r.statusCode = q.method === "HEAD" && q.url === "/up?x=1" ? 404 : 500',
    );
    const ready = { method: 'HEAD', status: '2xx, 404' };
    await assert.doesNotReject(makeSandbox(t).ready({ start, path: '/up?x=1', ready }));
  });

  it('A whole URL is asked at its own port, and at the server’s own where it names that', async (t) => {
    const port = await freePort();
    const start = node(`const http = require("http");
    let up = false;
    http.createServer((q, r) => { r.statusCode = up ? 200 : 503; r.end() }).listen(${port}, "127.0.0.1");
    setTimeout(() => { up = true; }, 300);
    http.createServer((q, r) => { r.statusCode = 500; r.end(q.headers.host) }).listen(+process.env.PORT, "127.0.0.1")`);
    await assert.doesNotReject(makeSandbox(t).ready({ start, path: `http://localhost:${port}/` }));
    const own = await freePort();
    const named = answering(
      `r.statusCode = q.headers.host === "localhost:${own}" && q.url === "/up" ? 200 : 503`,
    );
    const path = `http://localhost:${own}/up`;
    await assert.doesNotReject(makeSandbox(t).ready({ start: named, path, port: own }));
  });

  it('A server that changes its mind is ready when it has answered so often in a row', async (t) => {
    const sandbox = makeSandbox(t);
    // Good, bad, good, bad, then good for ever.
    const start = answering('console.log(n); r.statusCode = n === 2 || n === 4 ? 503 : 200');
    await sandbox.ready({ start, ready: { times: 3 } });
    assert.match(sandbox.log(), /^7$/m);
  });

  it('A server is ready by a line of its output, and only once it listens', { skip }, async (t) => {
    const start = node(`console.log("listening soon");
    setTimeout(() => { ${OK}; console.log("now listening on " + process.env.PORT) }, 400)`);
    const ready = { path: null, log: '/listening on \\d+/' };
    const { server } = await makeSandbox(t).ready({ start, ready });
    assert.ok(performance.now() - server.startedAtMs >= 400);
    const early = { path: null, log: 'listening' };
    const { server: second } = await makeSandbox(t).ready({ start, ready: early });
    assert.ok(performance.now() - second.startedAtMs >= 400);
  });

  it('A regular expression that would be tried for ever ends the waiting, and is named', {
    skip,
  }, async (t) => {
    const start = node(`console.log("a".repeat(60) + "b"); ${OK}`);
    const ready = { path: null, log: '/^(a+)+$/' };
    await assert.rejects(
      makeSandbox(t).ready({ start, ready }),
      /the regular expression \/\^\(a\+\)\+\$\/ was still being tried after 1000 ms/,
    );
  });

  it('A line is seen in whichever way it is printed: in pieces, in colours, without an end, behind a megabyte, on stderr', {
    skip,
  }, async (t) => {
    const say: Record<string, string> = {
      twice: 'console.log("is listening"); console.log("is listening")',
      stderr: 'console.error("is listening")',
      unended: 'process.stdout.write("is listening")',
      pieces:
        'process.stdout.write("is lis"); setTimeout(() => process.stdout.write("tening on \\u00e9\\n"), 150)',
      colours:
        'process.stdout.write("\\u001b[1mis\\u001b[0m \\u001b["); setTimeout(() => process.stdout.write("32mlis\\u001b[0mtening\\n"), 150)',
      returned: 'process.stdout.write("50 %\\r99 %\\ris listening\\r")',
      behind: 'process.stdout.write("x".repeat(3 << 20) + "\\n"); console.log("is listening")',
      unbroken: 'process.stdout.write("x".repeat(3 << 20) + "is listening")',
    };
    for (const [name, code] of Object.entries(say)) {
      const ready = { path: null, log: '/is listening/' };
      const trying = makeSandbox(t).ready({ start: node(`${OK}; ${code}`), ready });
      await assert.doesNotReject(trying, name);
    }
  });

  it('A line that was printed before the server listens is believed when it does, and no earlier', {
    skip,
  }, async (t) => {
    const start = node(`console.log("ready"); setTimeout(() => { ${OK} }, 400)`);
    const ready = { path: null, log: 'ready', command: 'true' };
    const { server } = await makeSandbox(t).ready({ start, ready });
    assert.ok(performance.now() - server.startedAtMs >= 400);
  });

  it('A whole URL that somebody else answers is told, as that one may say yes too early', {
    skip,
  }, async (t) => {
    const sandbox = makeSandbox(t);
    const stranger = await sandbox.ready({ start: node(OK) });
    const { port } = stranger.server.address;
    const path = `http://localhost:${port}/up`;
    const told: string[] = [];
    const remark = (message: string) => told.push(message);
    await sandbox.ready({ start: node(OK), ready: { path } }, { remark });
    assert.match(
      told.join(),
      new RegExp(`^\`ready\\.path\` asks port ${port}, where a process answers`),
    );
    const own = node(
      `${OK}; require("http").createServer((q, r) => r.end()).listen(0, "127.0.0.1")`,
    );
    await sandbox.ready({ start: own }, { remark });
    assert.equal(told.length, 1);
  });

  it('A line that never comes is told, with what keeps output back', { skip }, async (t) => {
    const ready = { path: null, log: 'ready!' };
    const trying = makeSandbox(t).ready({
      start: node(OK),
      ready,
      timeoutMs: 3000,
      form: 'inputs',
    });
    await assert.rejects(trying, (error: ServerFailure) => {
      assert.match(error.message, /listens on port \d+, but no line .* input `ready-log` names$/);
      assert.match(adviceOf(error), /stdbuf -oL.*input `ready-log`/);
      return true;
    });
  });

  it('A line that Python would keep back is seen', { skip: noPython }, async (t) => {
    const start = `python3 -c '
import http.server, os
server = http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), http.server.SimpleHTTPRequestHandler)
print("listening")
server.serve_forever()'`;
    const ready = { path: null, log: 'listening' };
    await assert.doesNotReject(makeSandbox(t).ready({ start, ready }));
    const kept = makeSandbox(t).ready({
      start: start.replace('python3 -c', 'exec python3 -I -c'),
      ready,
      timeoutMs: 3000,
    });
    await assert.rejects(kept, (error: ServerFailure) => {
      assert.match(adviceOf(error), /`python -u`/);
      return true;
    });
  });

  it('A server is ready when a command succeeds in its folder, and told how that fails', {
    skip,
  }, async (t) => {
    const start = node(`${OK}; setTimeout(() => require("fs").writeFileSync("up", ""), 300)`);
    const ready = { path: null, command: 'test -e up && test "$PORT" -gt 0' };
    await assert.doesNotReject(makeSandbox(t).ready({ start, ready }));
    const never = { path: null, command: 'exit 3' };
    await assert.rejects(makeSandbox(t).ready({ start: node(OK), ready: never, timeoutMs: 3000 }), {
      kind: 'timeout',
      message: /the command of `ready\.command` fails \(exit code 3\)/,
    });
  });

  it('A server that ends while a command of the user still waits for it is told at once', {
    skip,
  }, async (t) => {
    const start = node(`${OK}; setTimeout(() => process.exit(7), 400)`);
    const ready = { path: null, command: 'while :; do sleep 0.1; done' };
    await assert.rejects(makeSandbox(t).ready({ start, ready, timeoutMs: 60_000 }), {
      kind: 'exited',
      message: /ended before it was ready \(exit code 7\)/,
    });
  });

  it('An answer that does not mean ready is told with what would mend it', async (t) => {
    const cases: [string, RegExp][] = [
      ['r.statusCode = 401', /`ready\.headers`.*`ready: \{ status: 401 \}`/],
      [
        'r.writeHead(307, { location: "/items/" })',
        /redirects to `\/items\/`. Set `ready: \{ path: \/items\/ \}`/,
      ],
      ['r.statusCode = 405', /`ready\.method`/],
      ['r.statusCode = 404', /`ready\.path`/],
      ['r.statusCode = 400', /Host/],
    ];
    const each = cases.map(async ([code, advice]) => {
      const trying = makeSandbox(t).ready({ start: answering(code), status: 200, timeoutMs: 2500 });
      await assert.rejects(trying, (error: ServerFailure) => {
        assert.match(adviceOf(error), advice);
        return true;
      });
    });
    await Promise.all(each);
  });
});
