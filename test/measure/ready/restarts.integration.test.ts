/** Servers that are started again when they end: told as soon as that comes to nothing, and waited for as long as it may not. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { ServerFailure } from '../../../src/measure/failures/server-failure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';
import { it } from '../../support/unless-late.ts';
import { makeSandbox, node, OK, type Sandbox } from '../servers/sandbox.ts';

const skip = process.platform === 'linux' ? false : 'needs /proc';
/** Nobody waits so long here: whoever is told why has not waited for it. */
const LONG_MS = 50_000;

const FAILS = node('throw new Error("no such table: users " + process.pid)');

function adviceOf(error: ServerFailure): string {
  const { cure } = error.of('pilot');
  return cure === null ? '' : cureText(cure);
}

describe('servers that are started again', { skip, concurrency: 4 }, () => {
  it('A server that is started again and again, and ends each time with the same error, is told before its time is up', async (t) => {
    const trying = makeSandbox(t).ready({
      start: `while true; do ${FAILS} || true; done`,
      timeoutMs: LONG_MS,
    });
    await assert.rejects(trying, (error: ServerFailure) => {
      assert.equal(error.kind, 'exited');
      assert.match(
        error.message,
        /ended before it was ready, was started again, and ended again: it printed the same error \d+ times$/,
      );
      assert.match(adviceOf(error), /lacks what is asked for.*`before`/);
      return true;
    });
  });

  it('A supervisor that keeps what the server prints is told with a way to see it', async (t) => {
    const start = `while true; do ${FAILS} 2>/dev/null || echo "$RANDOM WARN exited: app (exit status 1; not expected)"; done`;
    await assert.rejects(
      makeSandbox(t).ready({ start, timeoutMs: LONG_MS }),
      (error: ServerFailure) => {
        assert.match(error.message, /was started again, and ended again/);
        assert.match(adviceOf(error), /keeps its output in a file of its own.*`start`/);
        return true;
      },
    );
  });

  it('A server that listens, and is ended by the first question each time, is told before its time is up', async (t) => {
    const once = node(
      'require("http").createServer(() => { throw new Error("no route") }).listen(+process.env.PORT, "127.0.0.1")',
    );
    await assert.rejects(
      makeSandbox(t).ready({ start: `while true; do ${once} || true; done`, timeoutMs: LONG_MS }),
      /was started again, and ended again/,
    );
  });

  it('A master that listens, and starts its workers again and again, is told before its time is up', async (t) => {
    const start =
      node(`require("net").createServer({ pauseOnConnect: true }).listen(+process.env.PORT, "127.0.0.1");
      (function again() {
        require("child_process").spawn(process.execPath, ["-e", ""]).on("exit", () => {
          console.log("[" + process.hrtime.bigint() + "] Early termination of worker");
          setTimeout(again, 300);
        });
      })();`);
    await assert.rejects(
      makeSandbox(t).ready({ start, timeoutMs: LONG_MS }),
      /^ServerFailure: head: the server, or a worker of it, ended before it was ready, was started again, and ended again/,
    );
  });

  it('A server that goes on, and breaks at each question with the same error, is told before its time is up', async (t) => {
    const breaking = (words: string) =>
      node(`require("http").createServer((q) => {
        console.error("thread " + process.hrtime.bigint() + " panicked at src/main.rs:10:5:\\n${words}");
        q.socket.destroy();
      }).listen(+process.env.PORT, "127.0.0.1")`);
    const start = breaking('called Option::unwrap() on a None value');
    await assert.rejects(
      makeSandbox(t).ready({ start, timeoutMs: LONG_MS }),
      (error: ServerFailure) => {
        assert.match(
          error.message,
          /GET \/ gave the end of the connection .* again and again, and the server printed the same error \d+ times in \d+(\.\d)? s: its code fails/,
        );
        assert.match(adviceOf(error), /What it printed last is in the log/);
        return true;
      },
    );
    // An error that it prints now and then is none of the question's.
    const beside = node(`setInterval(() => console.error("Error: cannot export spans"), 1000);
      require("http").createServer((q) => q.socket.destroy()).listen(+process.env.PORT, "127.0.0.1")`);
    await assert.rejects(
      makeSandbox(t).ready({ start: beside, timeoutMs: 9000 }),
      /GET \/ gave the end of the connection in place of an answer for 9 s, where/,
    );
    // Whom it asks in its turn may still come.
    const waiting = breaking('database: connection refused');
    await assert.rejects(
      makeSandbox(t).ready({ start: waiting, timeoutMs: 9000 }),
      /GET \/ gave the end of the connection in place of an answer for 9 s, where/,
    );
  });

  it('A server that answers 500 each time, and prints the same error each time, is told before its time is up', async (t) => {
    const failing = (words: string) =>
      node(`require("http").createServer((q, r) => {
        console.error("[" + process.hrtime.bigint() + "] PDOException: ${words}");
        r.writeHead(500).end();
      }).listen(+process.env.PORT, "127.0.0.1")`);
    const trace =
      'Traceback (most recent call last):\\n  File \\"db.py\\", line 7, in open\\n    connect(url, timeout=timeout)\\npsycopg.OperationalError: connection failed: FATAL:  password authentication failed for user shop';
    await Promise.all(
      ["SQLSTATE[HY000] [1045] Access denied for user 'shop'@'localhost'", trace].map((words) =>
        assert.rejects(
          makeSandbox(t).ready({ start: failing(words), timeoutMs: LONG_MS }),
          (error: ServerFailure) => {
            assert.match(
              error.message,
              /GET \/ gave status 500 for [1-4]\d(\.\d)? s, where a status below 500 means ready, and the server printed the same error \d+ times$/,
            );
            assert.match(adviceOf(error), /does not let it in/);
            return true;
          },
        ),
      ),
    );
  });

  it('A server that answers 502 each time, as its proxy may not use a socket, is told before its time is up', async (t) => {
    const start = node(`require("http").createServer((q, r) => {
      console.error("[crit] connect() to unix:/app/fpm.sock failed (13: Permission denied) while connecting to upstream");
      r.writeHead(502).end();
    }).listen(+process.env.PORT, "127.0.0.1")`);
    await assert.rejects(
      makeSandbox(t).ready({ start, timeoutMs: LONG_MS }),
      (error: ServerFailure) => {
        assert.match(
          error.message,
          /GET \/ gave status 502 for .*printed the same error \d+ times$/,
        );
        assert.match(adviceOf(error), /may not use a file that its last lines name/);
        return true;
      },
    );
  });

  it('A server that answers 500 until its database is there is waited for, whatever it prints meanwhile', async (t) => {
    const late = (words: string) =>
      node(`const beganMs = performance.now();
      require("http").createServer((q, r) => {
        if (performance.now() - beganMs > 13_000) return r.end("ok");
        console.error("${words}");
        r.writeHead(500).end();
      }).listen(+process.env.PORT, "127.0.0.1")`);
    const starts = [
      'Error: connect ECONNREFUSED 127.0.0.1:5432',
      'TypeError: Cannot read properties of undefined (reading collection)',
      'UndefinedTable: relation items does not exist',
    ].map(late);
    await Promise.all(
      starts.map((start) =>
        assert.doesNotReject(makeSandbox(t).ready({ start, timeoutMs: LONG_MS })),
      ),
    );
  });

  it('A watcher of files whose server has failed is told, also while it listens in its place', async (t) => {
    for (const first of ['', 'require("net").createServer().listen(+process.env.PORT);']) {
      const program = `${first} console.error("Traceback (most recent call last):\\n  import users\\nModuleNotFoundError: users"); setInterval(() => {}, 1000)`;
      await assert.rejects(
        makeSandbox(t).ready({ start: `${node(program)} -- --reload`, timeoutMs: LONG_MS }),
        (error: ServerFailure) => {
          assert.equal(error.kind, 'exited');
          assert.match(error.message, /\(a watcher of files, a supervisor\) goes on without it/);
          return true;
        },
      );
    }
  });

  /** A supervisor that has given up one program, and runs another one. */
  function besideGivenUp(sandbox: Sandbox, other: string): string {
    const file = join(sandbox.dir, 'supervisord');
    writeFileSync(
      file,
      `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(other)}], { stdio: "ignore" });
      console.log("INFO gave up: mails entered FATAL state, too many start retries too quickly");
      process.on("SIGTERM", () => process.exit());
      setInterval(() => {}, 1000);`,
    );
    return `exec '${process.execPath}' '${file}'`;
  }

  it('A slow server is waited for, though its supervisor has given up a program beside it', async (t) => {
    const sandbox = makeSandbox(t);
    const start = besideGivenUp(sandbox, `setTimeout(() => { ${OK} }, 6000)`);
    await assert.doesNotReject(sandbox.ready({ start, timeoutMs: LONG_MS }));
  });

  it('A supervisor that has given up a program is told before its time is up, where the others do nothing', async (t) => {
    const sandbox = makeSandbox(t);
    const start = besideGivenUp(sandbox, 'setInterval(() => {}, 1000)');
    await assert.rejects(sandbox.ready({ start, timeoutMs: LONG_MS }), {
      kind: 'exited',
      message:
        /its supervisor has given up one of its programs before the server was ready, and the others have done nothing for \d+ s since$/,
    });
  });

  it('A server that is late is waited for, whatever has failed before it', async (t) => {
    const late = `setTimeout(() => {}, 0); setTimeout(() => { ${OK} }, 12_000)`;
    const friend = node(
      'console.error("Error: connect ECONNREFUSED 127.0.0.1:5432"); process.exit(1)',
    );
    const loop = `for i in 1 2 3 4 5; do ${friend} || sleep 2; done; exec ${node(OK)}`;
    const once = `${FAILS} || exec ${node(late)}`;
    const steps = `for i in 1 2 3 4; do ${FAILS} || sleep 1; done; exec ${node(late)}`;
    const waiting = node(
      `console.error("Error: connect ECONNREFUSED 127.0.0.1:5432"); setTimeout(() => { ${OK} }, 9000)`,
    );
    await Promise.all(
      [loop, once, steps, `exec ${waiting} -- --reload`].map((start) =>
        assert.doesNotReject(makeSandbox(t).ready({ start, timeoutMs: LONG_MS })),
      ),
    );
  });
});
