/** A server whose requests are answered by the other build's is told, by what it is connected to and by who works. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Form } from '../../../src/config/settings/spelling.ts';
import { watchOwnAnswers } from '../../../src/measure/arms/own-answers.ts';
import type { LiveArms } from '../../../src/measure/arms/running-arms.ts';
import { Neighbours } from '../../../src/measure/beside/neighbours.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

/** Tells its port, and works when it gets anything. */
const BEHIND = `
const server = require('node:net').createServer((socket) => socket.on('data', () => {
  const since = process.cpuUsage();
  while (process.cpuUsage(since).user < 150_000);
  socket.write('done');
}));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
/** Connects there, and passes on what it gets at its standard input. */
const BEFORE = `
const socket = require('node:net').connect(process.argv[1], '127.0.0.1', () => console.log('up'));
socket.on('data', () => console.log('done'));
process.stdin.on('data', (data) => socket.write(data));`;

async function start(t: TestContext, code: string, ...args: string[]) {
  const child = spawn(process.execPath, ['-e', code, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => void child.kill('SIGKILL'));
  return { child, says: await said(child) };
}

async function said({ stdout }: ChildProcess): Promise<string> {
  const [data] = (await once(stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return data.toString().trim();
}

/** Head is connected to base. `act`: what happens while head is loaded. `looked`: when it is looked at who is connected to whom. */
async function why(
  t: TestContext,
  form: Form,
  act: (head: ChildProcess) => Promise<unknown>,
  looked: 'before' | 'under load' = 'under load',
) {
  const base = await start(t, BEHIND);
  const head = await start(t, BEFORE, base.says);
  const running = ({ child }: typeof base) => ({ tree: () => [child.pid as number] });
  const servers = new Map([
    ['base', running(base)],
    ['head', running(head)],
  ]) as unknown as LiveArms['servers'];
  const neighbours = new Neighbours();
  const trees = new Map(
    [...servers].map(([arm, { tree }]) => [arm, tree()] as [typeof arm, number[]]),
  );
  const look = () => {
    neighbours.look({ server: 'api', trees });
    assert.deepEqual(neighbours.crossings('api', 'base'), []);
    assert.match(neighbours.crossings('api', 'head').join(), new RegExp(`port ${base.says}\\)$`));
  };
  if (looked === 'before') look();
  const check = watchOwnAnswers({ neighbours, form }, { servers }, { name: 'api' }, 'head');
  await act(head.child);
  if (looked === 'under load') look();
  try {
    check();
    return null;
  } catch (error) {
    return { message: (error as Error).message, port: base.says };
  }
}

const works = async (head: ChildProcess) => {
  head.stdin?.write('x');
  await said(head);
};

it(
  'A head whose requests base answers is told, with who does it and how each gets its own',
  linux,
  async (t) => {
    const told = await why(t, 'file', works);
    assert.match(
      told?.message ?? '',
      new RegExp(
        `^head's server passes its requests on to base's \\(\\S+ \\(port ${told?.port}\\)\\)`,
      ),
    );
    assert.match(
      told?.message ?? '',
      /`\{dir\}\/app\.sock` \(in `start` or `env`.*`pairs: exclusive`/,
    );
    const flags = await why(t, 'flags', works);
    assert.match(flags?.message ?? '', /\(in `--start`\).*`--pairs exclusive`.*of a config file/s);
  },
);

it(
  'A head that is only connected to base’s is its own, as with a register of names that base has started',
  linux,
  async (t) => {
    assert.equal(await why(t, 'file', () => sleep(200)), null);
  },
);

it(
  'What was seen before a build is loaded by itself says nothing of who answers for it, as the other one was loaded then',
  linux,
  async (t) => {
    assert.equal(await why(t, 'file', works, 'before'), null);
  },
);
