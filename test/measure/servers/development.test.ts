import assert from 'node:assert/strict';
import { it } from 'node:test';
import { developmentIn, type Process } from '../../../src/measure/servers/development.ts';

const folder = '/tmp/run/head/api';
const saidOf = (processes: Process[], form: 'file' | 'flags' = 'flags', start = './run.sh') =>
  developmentIn(processes, { folder, start, form });
const bash: Process = { exe: '/usr/bin/bash', args: ['bash', '-c', 'target/debug/api'] };
const run = (exe: string, ...args: string[]): Process => ({ exe, args });

it('A debug build is told, with the release build as it is started from the same folder', () => {
  const said = saidOf([bash, run(`${folder}/target/debug/api`, 'target/debug/api')]);
  assert.equal(said?.kind, 'build');
  assert.match(
    said.text,
    /^runs a debug build \(target\/debug\/api\): .*`cargo build --release`, and start `target\/release\/api` \(`--build`, `--start`\)$/,
  );
  const workspace = saidOf([run('/tmp/run/head/target/debug/api', 'x')], 'file');
  assert.match(workspace?.text ?? '', /start `\.\.\/target\/release\/api` \(`build`, `start`\)$/);
  const cross = saidOf([run(`${folder}/target/x86_64-unknown-linux-musl/debug/api`, 'x')]);
  assert.match(cross?.text ?? '', /start `target\/x86_64-unknown-linux-musl\/release\/api`/);
  const net = saidOf([run('/usr/bin/dotnet', 'dotnet', 'bin/Debug/net9.0/Api.dll')]);
  assert.match(net?.text ?? '', /\(bin\/Debug\/net9\.0\/Api\.dll\).*-c Release/);
  const swift = saidOf([run(`${folder}/.build/x86_64-unknown-linux-gnu/debug/App`, 'x')]);
  assert.match(swift?.text ?? '', /swift build -c release/);
});

it('A tool that compiles the server at each start is told, with what to start in its place', () => {
  const go = saidOf([
    run('/usr/local/go/bin/go', 'go', 'run', '.'),
    run('/home/me/.cache/go-build/ab/lab', '/home/me/.cache/go-build/ab/lab'),
  ]);
  assert.equal(go?.kind, 'beside');
  assert.match(go.text, /^is started by go run, .*`go build -o server \.`, and start `\.\/server`/);
  const java = '/usr/bin/java';
  for (const args of [
    [
      'java',
      '-classpath',
      'x.jar',
      'org.codehaus.plexus.classworlds.launcher.Launcher',
      'spring-boot:run',
    ],
    ['java', '-cp', 'w.jar', 'org.gradle.wrapper.GradleWrapperMain', 'bootRun'],
    ['java', 'org.codehaus.plexus.classworlds.launcher.Launcher', 'compile', 'exec:java'],
    ['java', '-Xmx1g', '-jar', '/usr/share/sbt/bin/sbt-launch.jar', 'run'],
    ['/usr/bin/dotnet', 'run', '-c', 'Release'],
    ['node', '/tmp/run/head/api/node_modules/.bin/nest', 'start'],
  ]) {
    assert.equal(saidOf([run(java, ...args)])?.kind, 'beside', args.join(' '));
  }
});

it('A start by cargo run is told by its command, as it becomes the program that it starts', () => {
  const release = [run(`${folder}/target/release/api`, 'target/release/api')];
  for (const start of ['cargo run --release', 'RUST_LOG=off exec cargo +stable r -r -- --fast']) {
    const said = saidOf(release, 'flags', start);
    assert.match(said?.text ?? '', /^is started by cargo run, .*`target\/release\/NAME`/, start);
  }
  assert.equal(saidOf(release, 'flags', 'cargo build --release && target/release/api'), null);
  const debug = saidOf([run(`${folder}/target/debug/api`, 'x')], 'flags', 'cargo run');
  assert.equal(debug?.kind, 'build');
});

it('A program that watches the files of the server is told', () => {
  const said = saidOf([run('/usr/bin/node', 'node', '--watch', 'server.js')]);
  assert.match(said?.text ?? '', /^runs under a program that watches its files/);
});

it('A program that watches files under another title is told by the command that starts it', () => {
  const title = [run('/usr/bin/perl', 'app.pl')];
  const start = 'morbo -l http://127.0.0.1:4000 app.pl';
  assert.match(saidOf(title, 'flags', start)?.text ?? '', /^runs under a program that watches/);
  assert.equal(saidOf(title, 'flags', 'hypnotoad -f app.pl'), null);
});

it('A watcher that code starts is told by what it puts into the environment', () => {
  const python = run('/usr/bin/python3', 'python', 'app.py');
  const said = saidOf([python, { ...python, isReloaded: true }]);
  assert.match(said?.text ?? '', /^runs under a program that watches its files/);
  assert.equal(saidOf([python, { ...python, isReloaded: false }]), null);
});

it('Nothing is said of a server that runs as it does for its users', () => {
  for (const one of [
    run(`${folder}/target/release/api`, 'target/release/api', '--log', 'target/debug/log'),
    run('/usr/bin/dotnet', 'dotnet', 'out/Api.dll'),
    run('/usr/bin/node', 'node', 'server.js'),
    run('/usr/bin/node', 'node', 'dist/nest/start.js', 'start'),
    run(`${folder}/server`, './server', 'run'),
    run('/usr/bin/java', 'java', '-jar', 'target/app.jar'),
    run('/usr/bin/caddy', 'caddy', 'run', '--config', 'debug/Caddyfile'),
    bash,
    run('/usr/bin/bash', 'bash', '-c', 'cd guard && node --watch x.js'),
    run('/usr/bin/bash', 'bash', '-c', 'TOKEN=x dotnet src/bin/Debug/net9.0/Api.dll | tee log'),
    run('/usr/bin/node', 'node', 'server.js', '--mode', 'guard'),
  ]) {
    assert.equal(saidOf([one]), null, one.args.join(' '));
  }
});
