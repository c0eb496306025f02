/** Why a build failed, as real tools say it: each text was printed by the tool that it is of. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Form } from '../../../src/config/settings/spelling.ts';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

const cureOf = (output: string, exitCode = 1) => cureFor({ exitCode, output, isBuild: true });
const saidOf = (output: string) => cureText(cureOf(output) as Cure);

it('A tool, a compiler or a library of the system that a build lacks is named, with its package', () => {
  for (const output of [
    'Error: Custom { kind: NotFound, error: "Could not find `protoc`. If `protoc` is installed, try setting the `PROTOC` environment variable to the path of the `protoc` binary." }',
    'main.go:2: running "protoc": exec: "protoc": executable file not found in $PATH',
    'protoc x.proto\nmake: protoc: No such file or directory\nmake: *** [Makefile:2: gen] Error 127',
    'protoc-gen-go: program not found or is not executable',
  ]) {
    assert.match(saidOf(output), /protobuf-compiler/, output);
  }
  for (const output of [
    'error: linker `cc` not found\n  |\n  = note: No such file or directory (os error 2)\n\nerror: could not compile `server` (bin "server") due to 1 previous error',
    '# runtime/cgo\ncgo: C compiler "gcc" not found: exec: "gcc": executable file not found in $PATH',
    "error: command 'gcc' failed: No such file or directory",
  ]) {
    assert.match(saidOf(output), /build-essential.*CGO_ENABLED=0/, output);
  }
  for (const output of [
    'warning: openssl-sys@0.9.118: Could not find directory of OpenSSL installation, and this `-sys` crate cannot proceed without this knowledge. If OpenSSL is installed and this crate had trouble finding it,  you can set the `OPENSSL_DIR` environment variable for the compilation process.\nerror: failed to run custom build command for `openssl-sys v0.9.118`',
    './main.go:2:11: fatal error: missing.h: No such file or directory',
    "# [pkg-config --cflags  -- nolib]\nPackage nolib was not found in the pkg-config search path.\nPerhaps you should add the directory containing `nolib.pc'\nto the PKG_CONFIG_PATH environment variable",
    '/usr/bin/ld: cannot find -lnolib: No such file or directory',
  ]) {
    assert.match(saidOf(output), /pkg-config libssl-dev/, output);
  }
  for (const output of [
    'main.go:2: running "sqlc": exec: "sqlc": executable file not found in $PATH',
    '/bin/sh: 1: nosuch: not found\nmake: *** [Makefile:2: gen] Error 127',
    'is `cmake` not installed?',
  ]) {
    assert.deepEqual(cureOf(output), { code: 'system-lacks', what: 'program' }, output);
  }
});

it('A header of a library is told from one that is made, and from one of which nobody knows whose it is', () => {
  const gcc = (name: string, marks = '""') =>
    `src/main.c:1:10: fatal error: ${name}: No such file or directory\n    1 | #include ${marks[0]}${name}${marks[1]}\n      |          ^~~~\ncompilation terminated.`;
  const clang = (name: string) =>
    `src/main.cc:1:10: fatal error: '${name}' file not found\n#include "${name}"\n         ^~~~\n1 error generated.`;
  for (const output of [
    gcc('openssl/ssl.h', '<>'),
    gcc('boost/version.hpp', '<>'),
    'main.c:1:10: fatal error: Python.h: No such file or directory',
  ]) {
    assert.deepEqual(cureOf(output), { code: 'system-lacks', what: 'library' }, output);
  }
  for (const output of [
    gcc('order.pb.h', '<>'),
    gcc('config.h'),
    gcc('gen/schema.h'),
    clang('schema_generated.h'),
    clang('build_info.h'),
  ]) {
    assert.equal(cureOf(output)?.code, 'ignored-files-missing', output);
  }
  for (const output of [gcc('mysql.h'), clang('util.h')]) {
    assert.match(
      saidOf(output),
      /library of the system.*`lib…-dev`.*your own.*`build` must make it/,
    );
  }
});

it('What a build connects to is started in a step before, as no `before` has run by then', () => {
  const before = (output: string, form: Form) => {
    const text = cureText(cureFor({ exitCode: 1, output, isBuild: true, form }) as Cure);
    assert.doesNotMatch(text, /in `before`/);
    return text;
  };
  const refused = 'Error: connect ECONNREFUSED 127.0.0.1:5432';
  assert.match(before(refused, 'file'), /step before this one.*in `env`/);
  assert.match(before(refused, 'flags'), /gate's own environment \(`export NAME=value`\)/);
  const unknown = 'Error: getaddrinfo ENOTFOUND db';
  assert.match(
    before(unknown, 'inputs'),
    /let the build connect.*`env:` of the step.*in a step before this one/,
  );
  assert.match(before('FATAL: sorry, too many clients already', 'file'), /max_connections/);
});

it('A repository that wants credentials is none of the server’s files', () => {
  for (const output of [
    "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
    'git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.',
    'main.go:2:8: github.com/acme/y@v1.0.0: reading https://proxy.golang.org/github.com/acme/y/@v/v1.0.0.zip: 403 Forbidden',
    'npm error code E401\nnpm error Unable to authenticate',
    '  failed to authenticate when downloading repository',
    'ERROR: HTTP error 403 while getting https://pypi.acme.example/x-1.0.tar.gz',
  ]) {
    assert.equal(cureOf(output)?.code, 'source-closed', output);
  }
  for (const output of [
    'POST /login 401 Unauthorized\nTests run: 9, Failures: 1',
    'GET http://localhost:8080/admin: status 403\n1 failed',
    'expected "Welcome", got "Invalid credentials"',
  ]) {
    assert.equal(cureOf(output)?.code, 'see-output', output);
  }
  assert.match(saidOf('npm error code E403'), /read and nothing else/);
  // A permission of files, of which no server is the reason.
  const eacces = "npm error Error: EACCES: permission denied, mkdir '/usr/lib/node_modules'";
  assert.equal(cureOf(eacces)?.code, 'see-output');
  assert.equal(cureFor({ exitCode: 1, output: eacces })?.code, 'may-not-read');
});

it('What a build lacks of the network, or beside the repository, is told', () => {
  for (const output of [
    'error: failed to download `serde v1.0.1`\n\nCaused by:\n  attempting to make an HTTP request, but --offline was specified',
    'main.go:2:8: module lookup disabled by GOPROXY=off',
  ]) {
    assert.equal(cureOf(output)?.code, 'offline', output);
  }
  for (const output of [
    'Caused by:\n  failed to read `/tmp/a/other/Cargo.toml`\n\nCaused by:\n  No such file or directory (os error 2)',
    'go: example.org/o@v0.0.0 (replaced by ../o): reading ../o/go.mod: open /tmp/a/o/go.mod: no such file or directory',
  ]) {
    assert.equal(cureOf(output)?.code, 'folder-missing', output);
  }
  const unreached =
    'main.go:2:8: reading github.com/lib/pq/go.mod: git ls-remote: exit status 128:\n\tfatal: unable to access: Could not resolve host: github.com';
  assert.equal(cureOf(unreached)?.code, 'host-unknown');
});

it('A file to embed, and a module that is generated, are files that another build makes', () => {
  for (const output of [
    'main.go:3:12: pattern all:dist/*: no matching files found',
    "error: couldn't read `src/../dist/x.html`: No such file or directory (os error 2)\n --> src/main.rs:1:21",
    'error[E0583]: file not found for module `gen`\n --> src/main.rs:1:1',
  ]) {
    assert.equal(cureOf(output)?.code, 'ignored-files-missing', output);
  }
  const unknown =
    'main.go:2:8: no required module provides package example.org/lab/gen; to add it:';
  assert.match(saidOf(unknown), /`go mod tidy`.*generated code/);
  assert.match(saidOf('no Go files in /tmp/a'), /\.\/cmd\/NAME/);
});

it('Code that does not compile is told so, whatever names it has', () => {
  for (const output of [
    'error[E0425]: cannot find value `MAX_LEN` in this scope\n --> src/main.rs:1:21\n  |\n  |   ^^^^^^^ not found in this scope',
    '# example.org/lab\n./main.go:2:14: declared and not used: x\n./main.go:2:22: undefined: MAX_LEN',
    "src/a.ts(3,1): error TS2304: Cannot find name 'foo'.",
    'src/A.java:3: error: cannot find symbol',
    'main.c:3:5: error: expected expression',
    'Program.cs(3,1): error CS0103: The name does not exist in the current context',
    '[ERROR] /tmp/a/src/main/java/shop/App.java:[18,109] cannot find symbol',
    '[ERROR] /tmp/a/src/main/kotlin/App.kt:[3,5] Unresolved reference: foo',
    "/tmp/a/server.nim(12, 5) Error: undeclared identifier: 'foo'",
    'File "bin/main.ml", line 3, characters 10-13:\n3 | let () = foo ()\n              ^^^\nError: Unbound value foo',
    'src/shop.erl:9:5: function foo/0 undefined',
  ]) {
    assert.equal(cureOf(output)?.code, 'no-code', output);
  }
  assert.match(saidOf('could not compile `a`'), /files that git ignores/);
  assert.equal(cureOf('tests failed')?.code, 'see-output');
  // A test of the build's own, and no server of the gate's.
  const taken = 'Error: listen EADDRINUSE: address already in use :::3000';
  assert.equal(cureOf(taken)?.code, 'see-output');
  // A server may print the same and go on, or print it of something else.
  assert.equal(cureFor({ exitCode: 1, output: 'a.go:1:2: x' })?.code, 'see-output');
});
