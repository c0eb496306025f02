/** What a message carries of a long output: the lines that say what went wrong. */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepSecret, withoutSecrets } from '../../../src/system/messages/secrets.ts';
import { lastLines, openOutput, tailOf } from '../../../src/system/output/output-file.ts';

const FRAMES = Array.from({ length: 12 }, (_, i) => `    at Module._load${i} (node:internal:${i})`);

test('The message above a long stack trace is among the last lines', () => {
  const output = [
    'listening soon',
    "Error: Cannot find module 'express'",
    ...FRAMES,
    "  code: 'MODULE_NOT_FOUND',",
    '}',
    '',
    'Node.js v24.0.0',
  ];
  assert.deepEqual(lastLines(`${output.join('\n')}\n`), [
    ...['listening soon', "Error: Cannot find module 'express'"],
    ...FRAMES.slice(0, 3),
    ...['    …', "  code: 'MODULE_NOT_FOUND',", '}', '', 'Node.js v24.0.0'],
  ]);
});

test('Each of two traces keeps its message and its first frames', () => {
  const output = ['Exception: a', ...FRAMES, 'Caused by: b', ...FRAMES].join('\n');
  const shown = lastLines(output);
  assert.deepEqual(
    shown.filter((line) => !line.startsWith('    ')),
    ['Exception: a', 'Caused by: b'],
  );
  assert.equal(shown.length, 10);
});

test('A trace of three frames, and lines that are none, stay whole', () => {
  const output = ['Error: x', ...FRAMES.slice(0, 3), 'at your service'];
  assert.deepEqual(lastLines(output.join('\n')), output);
});

test('The message above a trace of Go is among the last lines, with the frames of the program itself', () => {
  const trace = [
    ...['goroutine 858 [running]:', 'net/http.(*conn).serve.func1()'],
    ...['\t/go/src/net/http/server.go:1897 +0xbd', 'panic({0x69b2e0?, 0x71d8a0?})'],
    ...['\t/go/src/runtime/panic.go:860 +0x13a', 'main.main.func1({0x7221f0?, 0x2e9e?})'],
    ...['\t/app/main.go:48 +0xed', 'net/http.HandlerFunc.ServeHTTP(0x47e599?)'],
    ...['\t/go/src/net/http/server.go:2286 +0x29', 'net/http.(*conn).serve(0x2e9e)'],
    ...['\t/go/src/net/http/server.go:2067 +0x690'],
    'created by net/http.(*Server).Serve in goroutine 1',
    '\t/go/src/net/http/server.go:3464 +0x485',
  ];
  const panic = '2026/11/30 03:00:00 http: panic serving 127.0.0.1:5: nil map (of orders)';
  const shown = lastLines(['up', panic, ...trace, panic, ...trace].join('\n'));
  assert.equal(shown.length, 15);
  assert.deepEqual(shown.slice(-11), [panic, ...trace.slice(0, 9), '    …']);
});

test('The message above a trace of Rust is among the last lines, with the frames of the program itself', () => {
  const panic = [
    "thread 'tokio-rt-worker' (4711) panicked at src/main.rs:8:5:",
    ...['no such order', 'stack backtrace:'],
  ];
  const names = ['rust_begin_unwind', 'core::panicking::panic_fmt', 'server::boom::{{closure}}'];
  const note =
    'note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.';
  const numbered = (name: string, i: number) => `${String(i).padStart(4)}: ${name}`;
  const others = Array.from({ length: 20 }, () => '<core::future::PollFn<F> as Future>::poll');
  const frames = [...names, ...others].map(numbered);
  assert.deepEqual(lastLines([...panic, ...frames, note].join('\n')), [
    ...panic,
    ...[...frames.slice(0, 8), '    …', note],
  ]);
  // With line numbers.
  const lined = frames.flatMap((frame) => [frame, '             at /app/src/main.rs:8:5']);
  assert.deepEqual(lastLines([...panic, ...lined, note].join('\n')), [
    ...panic,
    ...[...lined.slice(0, 8), '    …', note],
  ]);
});

test('The message above a trace of Ruby, Elixir, PHP or a sanitizer of C is among the last lines', () => {
  const traces = [
    (i: number) => `\tfrom /app/server.rb:${i}:in 'block in serve'`,
    (i: number) => `    (shop 0.1.0) lib/shop/orders.ex:${i}: Shop.Orders.get/1`,
    (i: number) => `#${i} /app/index.php(12): get()`,
    (i: number) => `    #${i} 0x55d0 in get /app/server.c:12`,
  ];
  for (const frame of traces) {
    const frames = Array.from({ length: 20 }, (_, i) => frame(i));
    assert.deepEqual(lastLines(['no such order', ...frames].join('\n')), [
      ...['no such order', ...frames.slice(0, 3), '    …'],
    ]);
  }
});

test('The lines of a step of a container build are no trace', () => {
  const output = Array.from({ length: 9 }, (_, i) => `#8 1.${i} npm error of package ${i}`);
  assert.deepEqual(lastLines(output.join('\n')), output);
});

test('Only the last fifteen lines are kept, and of white space none', () => {
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
  assert.deepEqual(lastLines(lines.join('\n')), lines.slice(15));
  assert.deepEqual(lastLines(' \n\n'), []);
});

test('A line that comes again and again is shown once, and leaves room for what was before it', () => {
  const busy = Array.from({ length: 40 }, () => 'SQLITE_BUSY: database is locked');
  assert.deepEqual(lastLines(['the cause', ...busy, 'the end', 'the end'].join('\n')), [
    'the cause',
    'SQLITE_BUSY: database is locked',
    '    … (repeated)',
    'the end',
    'the end',
  ]);
  // Empty lines part what belongs together.
  assert.deepEqual(lastLines('one\n\n\n\ntwo'), ['one', '', '', '', 'two']);
});

test('Of a last line that is longer than all that is read its end is told, from a whole word on, and of others only whole lines', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'throughput-gate-output-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const tail = (text: string) => {
    const fd = openOutput(join(folder, 'log'));
    try {
      writeSync(fd, text);
      return tailOf(fd, withoutSecrets);
    } finally {
      closeSync(fd);
    }
  };
  const long = `{"token":"${'s3cr3t'.repeat(2000)}","msg":"connect ECONNREFUSED 127.0.0.1:5432"}`;
  for (const end of ['', '\n', '\n\n']) {
    const told = tail(`${long}${end}`);
    assert.equal(told.trim(), '…","msg":"connect ECONNREFUSED 127.0.0.1:5432"}');
    assert.deepEqual(lastLines(told), ['…","msg":"connect ECONNREFUSED 127.0.0.1:5432"}']);
  }
  assert.equal(tail(`${long}\nlast words\n`), 'last words\n');
  assert.equal(tail('short'), 'short');
  // What is read begins within the third word of a secret.
  const secret = 'correct "horse" battery staple';
  keepSecret([secret]);
  const error = ` refused ${'x'.repeat(8192 - ' refused  again'.length - 'ry staple'.length)} again`;
  assert.equal(Buffer.byteLength(`ry staple${error}`), 8192);
  const told = tail(`${'y'.repeat(9000)} login by ${secret}${error}`);
  assert.match(told, /^… by … refused x+ again$/);
});

test('Of a trace that is longer than what is read, why it is there is read all the same, and no more than that', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tg-output-'));
  const fd = openOutput(join(dir, 'log'));
  try {
    const frame = `\tat org.springframework.web.servlet.${'x'.repeat(90)}(Frame.java:1)\n`;
    const cause = 'java.net.ConnectException: Connection refused\n';
    writeSync(fd, `started\n${'noise\n'.repeat(20_000)}`);
    writeSync(fd, `${cause}${frame.repeat(110)}`);
    assert.match(tailOf(fd, withoutSecrets), /ConnectException: Connection refused\n\tat /);
    writeSync(fd, `Caused by: b\n${frame.repeat(3)}`);
    assert.ok(tailOf(fd, withoutSecrets).length <= 8192, 'it says why by itself');
    writeSync(fd, frame.repeat(2000));
    assert.ok(tailOf(fd, withoutSecrets).length <= 64 * 1024, 'a trace without end');
  } finally {
    closeSync(fd);
    rmSync(dir, { recursive: true, force: true });
  }
});
