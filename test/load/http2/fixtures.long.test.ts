/** Servers of other makers: every fixture that speaks HTTP/2 and whose toolchain is here. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { HttpRequest } from '../../../src/config/experiment/scenario.ts';
import { probeHttp2 } from '../../../src/load/http2/probe.ts';
import { get } from '../../../src/load/question.ts';
import { TLS_SETTINGS } from '../../fixtures/client.ts';
import { describeFixtures } from '../../support/fixture.ts';
import { request, TRUSTING, target } from '../servers.ts';
import { errors, sessionOn } from './harness.ts';

const LARGE = 'large'.repeat(2 ** 18);

const REQUESTS: HttpRequest[] = [
  request({ weight: 6, expect: { status: 200, body: 'Hello, World!' } }),
  request({ method: 'HEAD', path: '/json', expect: { status: 200, body: '' } }),
  request({
    method: 'POST',
    path: '/echo',
    body: '{id}',
    weight: 3,
    ids: { from: 1, to: 9 },
    expect: { status: 200, body: '{id}' },
  }),
  request({ method: 'DELETE', path: '/json', expect: { status: 405, body: null } }),
  request({ path: '/nothing', headers: { 'X-Any': 'é' }, expect: { status: 404, body: null } }),
];

for (const [protocol, settings, tls] of [
  ['h2c', {}, null],
  ['h2', TLS_SETTINGS, TRUSTING],
] as const) {
  await describeFixtures(protocol, (launch) => {
    it(`${protocol}: takes requests of every kind without an error`, async () => {
      await using server = launch({ PROTOCOL: protocol, ...settings });
      const port = Number(new URL(await server.listening).port);
      assert.equal(await probeHttp2(target(port, { tls }), get('/health'), 5000), 200);
      using load = sessionOn(port, { tls, requests: REQUESTS, connections: 3, streams: 20 });
      await load.session.open();
      for (let i = 0; i < 5; i++) {
        assert.equal((await load.slice(1000)).good, 1000, load.heard.join('\n'));
      }
    });

    it(`${protocol}: sends and gets bodies beyond every window`, async () => {
      await using server = launch({ PROTOCOL: protocol, ...settings });
      const port = Number(new URL(await server.listening).port);
      const expect = { status: 200, body: LARGE };
      const echo = { method: 'POST', path: '/echo', body: LARGE, expect };
      using load = sessionOn(port, { tls, ...echo });
      await load.session.open();
      assert.equal((await load.slice(24)).good, 24, load.heard.join('\n'));
    });

    it(`${protocol}: counts what the server fails`, async () => {
      await using server = launch({ PROTOCOL: protocol, ...settings, KNOB_ERROR_RATE: '0.5' });
      const port = Number(new URL(await server.listening).port);
      using load = sessionOn(port, { tls });
      await load.session.open();
      const slice = await load.slice(200);
      assert.deepEqual(slice.errors, errors({ status: 100 }));
    });
  });
}
