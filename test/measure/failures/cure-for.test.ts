/** Which cure is recognised by what was seen; and that each has its sentence. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

const answer = (status: number, location: string | null = null) => ({
  status,
  contentType: null,
  location,
});
const codeOf = (status: number, good?: number) =>
  cureFor({ answer: answer(status), ...(good === undefined ? {} : { good }) })?.code;

it('The advice knows an answer by its status', () => {
  assert.deepEqual(
    [400, 421].map((status) => codeOf(status)),
    ['bad-request', 'unknown-host'],
  );
  assert.deepEqual(
    [401, 403].map((status) => codeOf(status)),
    ['unauthorized', 'not-allowed'],
  );
  assert.deepEqual(
    [404, 410].map((status) => codeOf(status)),
    ['not-found', 'not-found'],
  );
  assert.equal(codeOf(405), 'wrong-method');
  assert.equal(codeOf(201), 'other-success');
  assert.equal(codeOf(500), 'server-error');
  assert.equal(codeOf(304), 'not-modified');
  assert.equal(codeOf(426), 'upgrade-required');
  assert.deepEqual(
    [402, 411, 418, 428].map((status) => codeOf(status)),
    ['bad-request', 'bad-request', 'bad-request', 'bad-request'],
  );
  assert.equal(codeOf(300), undefined);
});

it('The advice takes 429 for a limit at any time, and 503 after good answers only: before, it is not ready', () => {
  assert.equal(codeOf(429), 'rate-limited');
  assert.equal(codeOf(429, 100), 'rate-limited');
  assert.equal(codeOf(503, 100), 'rate-limited');
  assert.equal(codeOf(403, 100), 'rate-limited');
  assert.equal(codeOf(403, 0), 'not-allowed');
  assert.equal(codeOf(503, 0), 'unavailable');
  assert.equal(codeOf(503), 'unavailable');
  assert.equal(codeOf(502), 'unavailable');
});

it('The advice names a redirect only where it leads somewhere', () => {
  const cure = cureFor({ answer: answer(307, '/items/') });
  assert.equal(cure?.code, 'redirected');
  assert.match(cureText(cure as Cure), /redirects to `\/items\/`\. Set `path: \/items\/`/);
  assert.equal(cureFor({ answer: answer(303) }), null);
  const secure = cureFor({ answer: answer(301, 'https://127.0.0.1:8443/') });
  assert.match(cureText(secure as Cure), /Set `tls`/);
  const elsewhere = cureFor({ answer: answer(301, 'http://127.0.0.1:8080/a') });
  assert.match(cureText(elsewhere as Cure), /Set `path: \/a`/);
});

it('The advice for a request that is not allowed names what the load leaves out, and a certificate where one can be given', () => {
  const adviceAs = (form: 'file' | 'flags' | 'inputs') =>
    cureText(cureFor({ answer: answer(403), form }) as Cure);
  assert.match(adviceAs('flags'), /`--headers`.* user-agent: the load has none of its own/);
  // No flag and no input has a certificate.
  assert.doesNotMatch(adviceAs('flags'), /--tls/);
  assert.doesNotMatch(adviceAs('inputs'), /input `tls`/);
  assert.match(adviceAs('flags'), /in a config file, `tls` with `cert` and `key`/);
  assert.match(adviceAs('file'), /client certificate \(`tls` with/);
});

it('The advice for a redirect to another host names that host, and for one to the same path what else may decide', () => {
  const adviceFor = (to: string, path?: string) =>
    cureText(cureFor({ answer: answer(302, to), path, form: 'flags' }) as Cure);
  const canonical = adviceFor('http://www.example.org/', '/');
  assert.match(canonical, /`--headers 'host: www\.example\.org'`/);
  assert.doesNotMatch(canonical, /--path/);
  assert.match(
    adviceFor('http://www.example.org/b', '/a'),
    /host: www\.example\.org'`\. Set `--path \/b`/,
  );
  const circle = adviceFor('/items', '/items?page=1');
  assert.match(circle, /the path that was asked for.*cookie.*`--headers`/);
  assert.doesNotMatch(circle, /--path/);
  assert.match(adviceFor('http://localhost:8080/items', '/items'), /that was asked for/);
  // Where the path is not known, nothing is said of it.
  assert.match(adviceFor('/items'), /Set `--path \/items`/);
});

it('The advice for a port that is closed again after the server was ready names answers in a row', () => {
  const cure = cureFor({
    failed: { message: 'connect ECONNREFUSED 127.0.0.1:8080', timeoutMs: 2000 },
    form: 'file',
  });
  assert.equal(cure?.code, 'closed-again');
  assert.match(cureText(cure as Cure), /--reload.*`ready: \{ times: 20 \}`/);
});

it('A server that has answered and then refuses connections broke under its load, and did not start in two steps', () => {
  const failed = { message: 'connect ECONNREFUSED 127.0.0.1:8080', timeoutMs: 2000 };
  const codeAfter = (good: number, output = '') => cureFor({ failed, good, output })?.code;
  assert.equal(codeAfter(0), 'closed-again');
  assert.equal(codeAfter(4000), undefined);
  assert.equal(codeAfter(4000, 'FATAL ERROR: JavaScript heap out of memory'), 'memory-out');
  assert.equal(codeAfter(4000, 'redis: connect ECONNREFUSED 127.0.0.1:6379'), 'friend-missing');
  const closed = cureFor({ isClosedAgain: true, good: 4000, output: 'java.lang.OutOfMemoryError' });
  assert.equal(closed?.code, 'memory-out');
});

it('A host that is not known is advised on only where nothing more certain was printed', () => {
  const host = 'Error: getaddrinfo ENOTFOUND otel-collector\n';
  const code = (output: string, exitCode = 1) =>
    cureFor({ output: `${host}${output}`, exitCode })?.code;
  assert.equal(code(''), 'host-unknown');
  assert.equal(code('Error: listen EADDRINUSE: address already in use :::3000'), 'address-in-use');
  assert.equal(code('sh: 1: server: not found', 127), 'command-not-found');
  assert.equal(code("Error: Cannot find module 'express'"), 'ignored-files-missing');
  assert.equal(code('FATAL ERROR: JavaScript heap out of memory'), 'memory-out');
});

it('The advice knows an address that is none of this machine’s', () => {
  for (const output of [
    'Error: listen EADDRNOTAVAIL: address not available 192.0.2.1:80',
    'OSError: [Errno 99] Cannot assign requested address',
    'listen tcp 192.0.2.1:80: bind: cannot assign requested address',
  ]) {
    const cure = cureFor({ exitCode: 1, output });
    assert.equal(cure?.code, 'address-not-here', output);
    assert.match(cureText(cure as Cure), /does not have.*127\.0\.0\.1/);
  }
});

it('The advice for a line that came in other letters is to write it so; a regular expression may be meant as it is', () => {
  const seen = { output: 'Listening on 8080', form: 'file' } as const;
  const cure = cureFor({ ...seen, awaitedLine: 'listening on' });
  assert.equal(cure?.code, 'line-in-other-letters');
  assert.match(cureText(cure as Cure), /`ready: \{ log: \/listening\/i \}`/);
  for (const awaitedLine of ['/listening on/', 'up']) {
    assert.equal(cureFor({ ...seen, awaitedLine })?.code, 'output-kept-back', awaitedLine);
  }
});

it('The advice knows what is missing by what was printed, in many languages', () => {
  for (const output of [
    "Error: Cannot find module '/tmp/x/missing.js'",
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'express' imported from /srv/app.js",
    "ModuleNotFoundError: No module named 'fastapi'",
    '/usr/bin/python3: No module named uvicorn',
    "app.rb:1:in `require': cannot load such file -- sinatra (LoadError)",
    'Error: Could not find or load main class com.example.Main',
    'Error: Unable to access jarfile target/app.jar',
    "Error: ENOENT: no such file or directory, open '.env'",
    'PHP Fatal error: Failed opening required vendor/autoload.php',
    'sh: 1: cannot open build/index.js: No such file',
    "Error: Could not find a production build in the '.next' directory. Try building your app with 'next build'",
  ]) {
    assert.equal(cureFor({ exitCode: 1, output })?.code, 'ignored-files-missing', output);
  }
  for (const output of ['user not found', 'the environment is fine']) {
    assert.equal(cureFor({ exitCode: 1, output })?.code, 'see-output', output);
  }
  assert.equal(cureFor({ exitCode: 1, output: '' }), null);
});

it('The advice on a module that is missing has the commands of its language', () => {
  const told = (output: string, exitCode = 1) => {
    const cure = cureFor({ exitCode, output, form: 'flags' });
    assert.equal(cure?.code, 'ignored-files-missing', output);
    return cureText(cure as Cure);
  };
  const python = told("ModuleNotFoundError: No module named 'fastapi'", 3);
  assert.match(python, /`--build` install .*pip install.*`--start` run .*`\.venv\/bin/);
  for (const output of [
    "in `require': cannot load such file -- sinatra (LoadError)",
    'Could not find rack-2.2.6 in locally installed gems',
    'bundler: command not found: puma',
  ]) {
    assert.match(told(output, 127), /bundle install.*`--start` begin with `bundle exec`/, output);
  }
  const undef = '{"init terminating in do_boot",{undef,[{app,start,[],[]},{init,start_it,1,[]}]}}';
  assert.match(told(undef), /Erlang does not find.*`--build` compile/);
  assert.match(told("Error: Cannot find module 'express'"), /^A file or a module is missing/);
});

it('The advice for a file that another user does not find is to open the way to it', () => {
  for (const output of [
    "Error: Cannot find module '/tmp/clone/server.js'",
    "python3: can't open file '/tmp/clone/app.py': [Errno 13] Permission denied",
    'sh: 1: ./server: not found',
  ]) {
    const cure = cureFor({ exitCode: 127, output, isOtherUser: true });
    assert.equal(cure?.code, 'may-not-read', output);
    assert.match(cureText(cure as Cure), /chmod a\+rx \{dir\}/);
  }
  const other = { exitCode: 1, output: 'no port', isOtherUser: true };
  assert.equal(cureFor(other)?.code, 'see-output');
  const taken = { exitCode: 1, output: 'EADDRINUSE', isOtherUser: true };
  assert.equal(cureFor(taken)?.code, 'address-in-use');
});

it('The advice knows a command that is missing or may not be run by the exit code of the shell', () => {
  assert.equal(
    cureFor({ exitCode: 127, output: 'sh: vite: not found' })?.code,
    'command-not-found',
  );
  assert.equal(cureFor({ exitCode: 126 })?.code, 'not-executable');
  for (const output of [
    'bash: line 1: ./server: No such file or directory',
    'sh: 1: ./target/release/api: not found',
    'bash: line 1: target/release/api: No such file or directory',
  ]) {
    assert.equal(cureFor({ exitCode: 127, output })?.code, 'ignored-files-missing', output);
  }
  assert.equal(cureFor({ exitCode: 2 }), null);
});

it('The advice reads a class path of thousands of letters as quickly as any line', () => {
  // All ways from one of its folders to another one would take minutes.
  const output = `java -cp ${'/home/me/.m2/repository/a/b-1.jar:'.repeat(250)} Main`;
  assert.equal(cureFor({ exitCode: 1, output })?.code, 'see-output');
});

it('The advice knows a taken address before anything else', () => {
  const output = 'Error: listen EADDRINUSE: address already in use :::8080';
  assert.equal(cureFor({ exitCode: 1, output })?.code, 'address-in-use');
  assert.equal(cureFor({ output: '[Errno 98] Address already in use' })?.code, 'address-in-use');
  const puma = 'There is already a server bound to: /tmp/shop.sock (RuntimeError)';
  assert.equal(cureFor({ exitCode: 1, output: puma })?.code, 'address-in-use');
});

it('The advice knows by what was printed that a database or a cache refuses the connection, also where the answer is 500 or 503', () => {
  for (const output of [
    'Error: connect ECONNREFUSED 127.0.0.1:5432',
    'redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.',
    'psycopg2.OperationalError: connection to server at "localhost" (::1), port 5432 failed: Connection refused',
    'dial tcp 127.0.0.1:6379: connect: connection refused',
    "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock'",
    'java.net.ConnectException: Connection refused',
  ]) {
    assert.equal(cureFor({ exitCode: 1, output })?.code, 'friend-missing', output);
    for (const status of [500, 502, 503, 504]) {
      for (const good of [0, 214]) {
        const cure = cureFor({ answer: answer(status), good, output });
        assert.equal(cure?.code, 'friend-missing', `${status} after ${good}: ${output}`);
      }
    }
    assert.equal(cureFor({ answer: answer(429), good: 214, output })?.code, 'rate-limited');
    assert.equal(cureFor({ answer: answer(404), output })?.code, 'not-found', output);
  }
});

it('The advice knows by what was printed that nothing is left of what each request takes, where the answer is 500 or 503', () => {
  const used = {
    'friend-full':
      'connection to server at "127.0.0.1", port 5432 failed: FATAL:  sorry, too many clients already',
    'pool-used-up': 'Knex: Timeout acquiring a connection. The pool is probably full.',
    'ports-used-up': 'Error: connect EADDRNOTAVAIL 127.0.0.1:5432 - Local (0.0.0.0:0)',
    'files-used-up': "Error: EMFILE: too many open files, open 'a.html'",
  };
  for (const [code, output] of Object.entries(used)) {
    for (const status of [500, 503]) {
      const cure = cureFor({ answer: answer(status), good: 214, output, form: 'flags' });
      assert.equal(cure?.code, code);
      assert.match(cureText(cure as Cure), /connection|connections/);
    }
    assert.equal(cureFor({ exitCode: 1, output })?.code, code);
    assert.equal(cureFor({ answer: answer(404), output })?.code, 'not-found');
  }
});

it('The advice says of a start command that came to its end well that a server must go on', () => {
  assert.equal(cureFor({ exitCode: 0, hasEndedWell: true })?.code, 'ended-well');
  assert.equal(cureFor({ exitCode: 0 }), null);
  const late = { exitCode: 124, hasEnded: true, output: 'listening' };
  assert.match(cureText(cureFor(late) as Cure), /`timeout`.*`start`/);
  const piped = { exitCode: 0, hasEnded: true, hasEndedWell: true, output: 'panic: no config' };
  assert.equal(cureFor(piped)?.code, 'see-output');
});

it('The advice tells an address that the server may not have from one that it may not ask', () => {
  for (const output of [
    'Error: listen EACCES: permission denied 0.0.0.0:80',
    'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)',
    'listen tcp :80: bind: permission denied',
  ]) {
    assert.equal(cureFor({ exitCode: 1, output })?.code, 'address-not-allowed', output);
  }
});

it('The advice knows a file that the server may not read, also where it answers 403 or 404 for it', () => {
  const output = '[crit] stat() "/tmp/head/index.html" failed (13: Permission denied)';
  assert.equal(cureFor({ exitCode: 1, output })?.code, 'may-not-read');
  for (const status of [403, 404, 500]) {
    assert.equal(cureFor({ answer: answer(status), output })?.code, 'may-not-read');
  }
  assert.equal(cureFor({ answer: answer(307, '/x'), output })?.code, 'redirected');
});

it('The advice names whoever was there before the server apart from whoever answers in its place', () => {
  assert.equal(cureFor({ taken: 'before' })?.code, 'port-taken');
  assert.equal(cureFor({ taken: 'instead', output: 'EADDRINUSE' })?.code, 'stranger');
  assert.equal(cureFor({ taken: 'instead', isContainer: true })?.code, 'container');
  const output = 'Failed to connect to bus: Host is down';
  const service = cureFor({ exitCode: 1, hasEnded: true, output, serviceTool: 'systemctl' });
  assert.deepEqual(service, { code: 'service', tool: 'systemctl' });
});

it('The advice has one sentence of advice for each, which quotes nothing that was printed', () => {
  const codes = Cure.options.map(({ shape }) => shape.code.value);
  for (const code of codes) {
    const seen = {
      answer: answer(418, '/x'),
      good: 3,
      framing: 'chunked',
      timeoutMs: 5000,
      pid: 9,
      tool: 'systemctl',
      what: { 'of-go': 'no-program', 'of-java': 'program-in-jar' }[code as string] ?? 'protoc',
    };
    const text = cureText({ code, ...seen } as Cure);
    assert.match(text, /^[A-Z].*\.$/, code);
    assert.ok(text.length < 420, code);
  }
  const limited = { code: 'rate-limited', answer: answer(429), good: 100 } as const;
  assert.match(cureText(limited), /rate limiter: after 100 good answers it answered 429\./);
  assert.match(cureText({ ...limited, good: 0 }), /rate limiter: the server answered 429\./);
  const busy = cureText({ ...limited, answer: answer(503) });
  assert.match(busy, /^The server answered 503 after 100 good answers: it has too much to do/);
  assert.doesNotMatch(busy, /rate limiter/);
});

it('The advice names the header that a 406 or a 415 lacks, a login, and fewer connections for a 503', () => {
  const textOf = (status: number, good: number, location?: string) =>
    cureText(cureFor({ answer: answer(status, location), good, form: 'flags' }) as Cure);
  assert.match(textOf(406, 0), /`--headers 'accept: application\/json'`/);
  assert.match(textOf(415, 0), /`--headers 'content-type: application\/json'`/);
  assert.match(
    textOf(415, 0),
    /to a server of gRPC, `--headers 'content-type: application\/grpc'`/,
  );
  assert.match(textOf(302, 0, '/login'), /`before-load` and `cookies: true` in a config file/);
  assert.match(textOf(503, 9), /fewer connections \(`--connections`\)/);
});

it('The advice for a TLS handshake that is not finished names the connections and the setting of TLS', () => {
  const cure = cureFor({ isUnfinishedTls: true, form: 'flags' });
  assert.equal(cure?.code, 'handshake-unfinished');
  assert.match(cureText(cure), /`--connections`.*`--tls`/);
});

it('The advice for an error code of HTTP/2 or HTTP/3 says what the server means by it, and what to set', () => {
  const textOf = (peerCode: string) => cureText(cureFor({ peerCode, form: 'flags' }) as Cure);
  assert.match(textOf('ENHANCE_YOUR_CALM'), /too much at once.*`--streams`, `--connections`/);
  assert.match(textOf('H3_EXCESSIVE_LOAD'), /By H3_EXCESSIVE_LOAD .*too much at once/);
  assert.match(textOf('REFUSED_STREAM'), /no further requests now.*`--streams`/);
  assert.match(textOf('HTTP_1_1_REQUIRED'), /`--protocol http1`/);
  assert.match(textOf('INADEQUATE_SECURITY'), /TLS 1\.2/);
  assert.match(textOf('INTERNAL_ERROR'), /its own log/);
  assert.match(textOf('error code 77'), /By error code 77 .*its own log/);
  const alone = (peerCode: string) =>
    cureText(cureFor({ peerCode, isQuestion: true, form: 'flags' }) as Cure);
  for (const code of ['REFUSED_STREAM', 'NO_ERROR', 'ENHANCE_YOUR_CALM', 'H3_REQUEST_REJECTED']) {
    assert.match(alone(code), /though it was asked for one .*its own log/, code);
    assert.doesNotMatch(alone(code), /--streams/, code);
  }
  assert.match(alone('HTTP_1_1_REQUIRED'), /`--protocol http1`/);
});

it('The advice for a `before` that does not end says how to send what stays to the background', () => {
  const cure = cureFor({ isEndless: true, exitCode: 143, output: 'EADDRINUSE' }) as Cure;
  assert.match(cureText(cure), /`pg_ctl -w start`.*`build-timeout`/);
});

it('Where a server ended and nothing is known of why, the log is named that has its last lines', () => {
  const seen = { hasEnded: true, exitCode: 1, output: 'TypeError: x is undefined' };
  assert.match(cureText(cureFor(seen) as Cure), /in the log of the run/);
  assert.equal(cureFor({ ...seen, exitCode: null })?.code, 'see-output');
  assert.equal(cureFor({ ...seen, output: '\n' }), null);
  // One that goes on, and is slow to be ready, has printed something too.
  assert.equal(cureFor({ output: 'starting', exitCode: null }), null);
  // Its watcher or its library goes on, where its code has failed.
  for (const output of [
    'Traceback (most recent call last):\n  File "app.py", line 3\nKeyError: 3',
    'http: panic serving 127.0.0.1:5: nil map',
    'TypeError: x is undefined\n    at Object.<anonymous> (/app/server.js:3:1)',
    'Exception in thread "main" java.lang.IllegalStateException',
  ]) {
    assert.equal(cureFor({ output, exitCode: null })?.code, 'see-output', output);
  }
});
