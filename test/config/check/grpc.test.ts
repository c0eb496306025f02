/** gRPC in a scenario: said how it is written, and refused where its failures could not be seen. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONFIG, complaint, load } from '../repository.ts';

const file = (scenario: string) =>
  `servers: { api: { start: node server.js } }\nscenarios:\n  call: { ${scenario} }\n`;
const complaintOn = async (scenario: string) =>
  (await complaint(load(file(scenario)))).replaceAll(`${CONFIG}:`, '');

describe('a gRPC scenario', () => {
  it('A gRPC scenario is a load of HTTP/2', async () => {
    const experiment = await load(
      file(
        'protocol: http2, method: POST, headers: { content-type: application/grpc, te: trailers }',
      ),
    );
    assert.equal(experiment.scenarios[0]?.protocol, 'http2');
  });

  it('A gRPC scenario is told how to be written where it is called a protocol', async () => {
    assert.match(
      await complaintOn('protocol: grpc'),
      /^3:21: scenarios\.call\.protocol: found "grpc"; allowed: http1, http2, http3, websocket\n {2}gRPC is a load of HTTP\/2: `protocol: http2`, /,
    );
  });

  it('A gRPC scenario is refused in protocols whose answers cannot say that a call failed', async () => {
    assert.equal(
      await complaintOn('headers: { Content-Type: application/grpc+proto }'),
      '3:22: scenarios.call.headers.Content-Type: gRPC does not exist in this protocol\n  write `protocol: http2` beside it, or remove it',
    );
    assert.match(
      await complaintOn('protocol: http2, headers: { content-type: application/grpc-web+proto }'),
      /says inside the body whether a call failed/,
    );
  });
});
