/** Which HTTP/3 client the bundled tool takes, wherever it is installed. */
import assert from 'node:assert/strict';
import { execFile, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { loadHttp3 } from '../../../src/load/http3/library.ts';
import type { GeneratorReply } from '../../../src/load/messages.ts';
import { get } from '../../../src/load/question.ts';
import { ownFile } from '../../../src/system/program/runtime.ts';
import { ALONE } from '../servers.ts';
import { hello, noHttp3, serve, target3 } from './servers.ts';

const PACKAGE = 'node_modules/@currentspace/http3';

describe('the HTTP/3 client of the bundled tool', { skip: noHttp3 }, () => {
  let folder: string;
  let tool: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'http3-tool-'));
    tool = join(folder, 'node_modules', 'throughput-gate');
    mkdirSync(tool, { recursive: true });
    cpSync(ownFile('package.json'), join(tool, 'package.json'));
    const build = ['scripts/build.ts', join(tool, 'dist')];
    await promisify(execFile)(process.execPath, build, { cwd: ownFile('.') });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('The HTTP/3 client of the bundled tool is the WASM one, with nothing installed, and never one of the measured repository', async () => {
    const repository = join(folder, 'repository');
    mkdirSync(join(repository, PACKAGE), { recursive: true });
    const spy = `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'loaded'))}, '')`;
    writeFileSync(join(repository, PACKAGE, 'package.json'), '{"version":"0.9.0"}');
    writeFileSync(join(repository, PACKAGE, 'index.js'), spy);
    await using server = await serve(hello);
    const replies = await generate(tool, repository, process.execPath, server.port);
    assert.deepEqual(replies.map(outcome), [200, '@currentspace/http3 0.9.0 (WASM)', 50]);
    assert.ok(!existsSync(join(folder, 'loaded')));
  });

  it('The HTTP/3 client of the bundled tool is the native one when that is installed beside the tool', async (context) => {
    if (loadHttp3().runtime !== 'native') return context.skip('no native client for this machine');
    mkdirSync(join(folder, 'node_modules/@currentspace'), { recursive: true });
    const place = join(folder, PACKAGE);
    symlinkSync(ownFile(PACKAGE), place, 'dir');
    await using server = await serve(hello);
    const replies = await generate(tool, folder, process.execPath, server.port);
    rmSync(place);
    assert.deepEqual(replies.map(outcome), [200, '@currentspace/http3 0.9.0 (native)', 50]);
  });

  it('The HTTP/3 client of the bundled tool says what is missing', async () => {
    const wasm = join(tool, 'dist', 'http3_client.wasm');
    cpSync(wasm, `${wasm}.away`);
    rmSync(wasm);
    const [probed] = await generate(tool, folder, process.execPath, 9);
    cpSync(`${wasm}.away`, wasm);
    assert.match(
      String(outcome(probed)),
      /^the HTTP\/3 client is missing: no .*http3_client\.wasm/,
    );
  });

  const old = olderNode();
  it('The HTTP/3 client of the bundled tool asks for Node.js 24', {
    skip: old === null && 'no older Node.js on PATH',
  }, async () => {
    const [probed, opened] = await generate(tool, folder, old as string, 9);
    const message = /^HTTP\/3 needs Node\.js 24 or newer; this is v\d+\./;
    assert.match(String(outcome(probed)), message);
    assert.match(String(outcome(opened)), /HTTP\/3 needs Node\.js 24 or newer; this is v\d+\./);
  });
});

/** A probe, an opening and a slice of 50 requests, by the bundled generator. */
async function generate(
  tool: string,
  cwd: string,
  execPath: string,
  port: number,
): Promise<GeneratorReply[]> {
  const child = fork(join(tool, 'dist/generator.cjs'), { cwd, execPath, execArgv: [] });
  await once(child, 'message');
  const target = target3(port);
  const replies: GeneratorReply[] = [];
  for (const request of [
    { op: 'probe', target, question: get('/'), timeoutMs: 5000 },
    { op: 'open', arm: 'base', target, share: ALONE },
    { op: 'slices', order: ['base'], requests: 50, startAtMs: null },
  ]) {
    child.send({ id: replies.length, ...request });
    replies.push((await once(child, 'message'))[0]);
  }
  child.disconnect();
  await once(child, 'exit');
  return replies;
}

function outcome(reply: GeneratorReply | undefined): unknown {
  if (reply?.ok !== true) return reply?.message;
  return reply.probed ?? reply.engine ?? reply.slices?.[0]?.good;
}

function olderNode(): string | null {
  for (const place of (process.env.PATH ?? '').split(delimiter)) {
    const node = join(place, 'node');
    if (!existsSync(node)) continue;
    const version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
    if (Number.parseInt(version, 10) < 24) return node;
  }
  return null;
}
