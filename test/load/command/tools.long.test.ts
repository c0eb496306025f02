/** The commands of docs/load-tools.md, really run where their tool is installed. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { blocks, documented } from './documented.ts';
import { commandHarness, FIGURES } from './harness.ts';

const root = new URL('../../../', import.meta.url);
/** Socket.IO has a test of its own. */
const scenarios = documented.filter(([, { protocol }]) => protocol !== 'websocket');
const k6Script = blocks('js').find((text) => text.includes("from 'k6")) ?? assert.fail();
const env = {
  ...process.env,
  // autocannon is always there.
  PATH: `${new URL('node_modules/.bin', root).pathname}:${process.env.PATH}`,
};

let answered = 0;
const answer = (request: { url?: string | undefined }, response: http.ServerResponse) => {
  answered++;
  response.statusCode = request.url === '/missing' ? 404 : 200;
  response.end('hello');
};
const servers = {
  http1: http.createServer(answer),
  http2: http2.createServer((request, response) => answer(request, response as never)),
};

before(async () => {
  for (const server of Object.values(servers)) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});
after(() => {
  servers.http1.close();
  servers.http1.closeAllConnections();
  servers.http2.close();
});

describe('a documented command', () => {
  it('A documented command is there for every tool', () => {
    const tools = new Set(scenarios.map(([, { output }]) => output));
    assert.deepEqual([...tools].sort(), [
      'autocannon',
      'h2load',
      'k6',
      'lines',
      'oha',
      'vegeta',
      'wrk',
    ]);
  });

  for (const [name, { command, output, protocol = 'http1' }] of scenarios) {
    const tool = output === 'lines' ? 'sh' : output;
    it(`A documented command really loads a server: ${name}`, { skip: missing(tool) }, async () => {
      for (const where of ['/', '/missing']) {
        using harness = commandHarness(
          { command: shortened(command), output, protocol, path: where, timeoutMs: 60_000 },
          { port: portOf(protocol), env },
        );
        mkdirSync(path.join(harness.root, 'bench'));
        writeFileSync(path.join(harness.root, 'bench/k6.js'), shortened(k6Script));
        const script = `#!/bin/sh\ncurl -s "$1" > /dev/null || true\n${FIGURES}\n`;
        writeFileSync(path.join(harness.root, 'bench/load.sh'), script, { mode: 0o755 });
        answered = 0;
        const { good, errors, durationUs } = await harness.session.slice(1);
        assert.equal(harness.session.engine, output === 'lines' ? 'command' : output);
        assert.ok(durationUs > 0);
        if (output === 'lines') continue;
        const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
        assert.ok(answered >= good + failed && answered > 0);
        if (where === '/') assert.deepEqual([good > 0, failed], [true, 0]);
        else assert.deepEqual([good, errors.status > 0, errors.status === failed], [0, true, true]);
      }
    });
  }
});

/** A second is enough to see that it works. */
function shortened(text: string): string {
  return text
    .replaceAll(/\b2s\b/g, '1s')
    .replace('-d2s', '-d1s')
    .replace('-d 2 ', '-d 1 ')
    .replace('-n 20000', '-n 2000');
}

function portOf(protocol: string): number {
  const address = servers[protocol === 'http2' ? 'http2' : 'http1'].address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

function missing(tool: string): string | false {
  const folders = env.PATH.split(':');
  return folders.some((folder) => isFile(path.join(folder, tool)))
    ? false
    : `${tool} is not installed`;
}

function isFile(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}
