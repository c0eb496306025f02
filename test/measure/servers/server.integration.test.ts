import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isMachinesFault, ServerFailure } from '../../../src/measure/failures/server-failure.ts';
import { parseCoreList } from '../../../src/system/cpus/cpu-topology.ts';
import { excerptsOf } from '../../../src/system/messages/printed.ts';
import { it } from '../../support/unless-late.ts';
import { isAlive, makeSandbox, node, OK, until } from './sandbox.ts';

const linux = process.platform === 'linux' ? false : 'needs /proc';

/** Process ids that the servers printed as "name 123". */
function printed(log: string): number[] {
  return [...log.matchAll(/^\w+ (\d+)$/gm)].map(([, pid]) => Number(pid));
}

it('The gate gives PORT, its own environment and its folder', async (t) => {
  const sandbox = makeSandbox(t);
  const say = 'console.log(JSON.stringify([process.env.PORT, process.env.COLOUR, process.cwd()]));';
  const { server } = await sandbox.ready({
    start: node(say + OK),
    env: { COLOUR: 'teal' },
  });
  assert.deepEqual(JSON.parse(sandbox.log()), [String(server.address.port), 'teal', sandbox.dir]);
});

it('The gate ends children and grandchildren', { skip: linux }, async (t) => {
  const sandbox = makeSandbox(t);
  const forks = 'const { fork } = require("child_process");';
  const start = node(`${forks}
    if (process.argv[1] !== "leaf") {
      const leaf = ["-e", "setInterval(() => {}, 1000); console.log(\\"leaf \\" + process.pid)"];
      for (let i = 0; i < 2; i++) require("child_process").spawn(process.execPath, leaf, { stdio: "inherit" });
    }
    console.log("root " + process.pid);
    ${OK}`);
  const { server } = await sandbox.ready({ start: `${start} & wait` });
  await until('all three have said who they are', () => printed(sandbox.log()).length === 3);
  const pids = printed(sandbox.log());
  for (const pid of pids) assert.ok(server.tree().includes(pid));
  await server[Symbol.asyncDispose]();
  assert.deepEqual(pids.filter(isAlive), []);
  assert.deepEqual(server.tree(), []);
});

it('The gate ends what left the group: sessions of their own, double forks, an emptied environment', {
  skip: linux,
}, async (t) => {
  const sandbox = makeSandbox(t);
  const leaf = (name: string) =>
    `${node(`console.log("${name} " + process.pid); setInterval(() => {}, 1000)`)}`;
  const start = [
    `setsid ${leaf('session')} &`,
    `(setsid ${leaf('daemon')} &)`,
    `env -i setsid ${leaf('unmarked')} &`,
    node(OK),
  ].join('\n');
  const { server } = await sandbox.ready({ start });
  await until('all three have said who they are', () => printed(sandbox.log()).length === 3);
  const pids = printed(sandbox.log());
  assert.deepEqual(pids.filter(isAlive), pids);
  await server[Symbol.asyncDispose]();
  assert.deepEqual(pids.filter(isAlive), []);
});

it('The gate kills a server that ignores SIGTERM', { skip: linux }, async (t) => {
  const sandbox = makeSandbox(t);
  const { server } = await sandbox.ready({
    start: node(`process.on("SIGTERM", () => console.log("no")); ${OK}`),
    stop: { timeoutMs: 1000 },
  });
  const pids = server.tree();
  await server[Symbol.asyncDispose]();
  assert.match(sandbox.log(), /^no$/m);
  assert.deepEqual(pids.filter(isAlive), []);
  assert.equal(server.ended(), 'SIGKILL');
});

it('The gate lets a server finish what it does at SIGTERM', async (t) => {
  const sandbox = makeSandbox(t);
  const tidy =
    'process.on("SIGTERM", () => setTimeout(() => { console.log("tidied"); process.exit(0); }, 100));';
  const { server } = await sandbox.ready({ start: `exec ${node(tidy + OK)}` });
  await server[Symbol.asyncDispose]();
  assert.equal(sandbox.log(), 'tidied\n');
  assert.equal(server.ended(), 'exit code 0');
});

it('The gate empties the output at each start', async (t) => {
  const sandbox = makeSandbox(t);
  for (const word of ['first', 'second']) {
    const { server } = await sandbox.ready({ start: node(`console.log("${word}"); ${OK}`) });
    assert.equal(sandbox.log(), `${word}\n`);
    await server[Symbol.asyncDispose]();
  }
});

it('The gate loses nothing when a server opens its output once more', {
  skip: linux,
}, async (t) => {
  const sandbox = makeSandbox(t);
  const start = `echo before; echo again >> /dev/stdout; ${node(`console.log("after"); ${OK}`)}`;
  await sandbox.ready({ start });
  assert.equal(sandbox.log(), 'before\nagain\nafter\n');
});

it('The gate says only what was wrong when nothing could be started', async (t) => {
  const sandbox = makeSandbox(t);
  const { server } = await sandbox.ready({ start: node(OK) });
  await assert.rejects(
    sandbox.start({ start: 'true', port: server.address.port }),
    (error: Error) => {
      assert.ok(error instanceof ServerFailure && isMachinesFault(error.kind));
      assert.doesNotMatch(error.message, /printed|\n/);
      return true;
    },
  );
  await assert.rejects(sandbox.start({ start: 'true', cwd: '/nowhere' }), (error: Error) => {
    assert.ok(error instanceof ServerFailure && !isMachinesFault(error.kind));
    assert.match(error.message, /^head: `true` could not be started \(spawn .* ENOENT\)$/);
    return true;
  });
});

it('The gate does not hold up a server that prints much, and keeps the end', async (t) => {
  const sandbox = makeSandbox(t);
  const chatter =
    'for (let i = 0; i < 40000; i++) console.log("chatter ".repeat(8) + i); console.error("last");';
  const { server } = await sandbox.ready({ start: node(chatter + OK) });
  const failure = server.failure('exited', 'whatever');
  const [{ lines } = { lines: [] }] = excerptsOf(failure);
  assert.equal(lines.at(-1)?.trim(), 'last');
  assert.match(lines.at(-2) ?? '', /39999$/);
  assert.equal(lines.length, 15);
});

it('A server runs on the cores that it is given', { skip: linux }, async (t) => {
  const allowed = (pid: number | string) =>
    parseCoreList(
      /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '',
    );
  for (const core of allowed('self').slice(0, 2)) {
    const { server } = await makeSandbox(t).ready({ start: `${node(OK)} & wait`, cores: [core] });
    assert.equal(server.tree().length, 2);
    for (const pid of server.tree()) assert.deepEqual(allowed(pid), [core]);
  }
});
