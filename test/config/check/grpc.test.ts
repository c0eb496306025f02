/** gRPC in a scenario: said how it is written, and refused where its failures could not be seen. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadExperiment } from '../../../src/config/load.ts';
import { CONFIG, complaint, load, repository } from '../repository.ts';

const file = (scenario: string) =>
  `servers: { api: { start: node server.js } }\nscenarios:\n  call: { ${scenario} }\n`;
const complaintOn = async (scenario: string) =>
  (await complaint(load(file(scenario)))).replaceAll(`${CONFIG}:`, '');

describe('a gRPC scenario', () => {
  it('A gRPC scenario is a load of HTTP/2', async () => {
    const experiment = await load(
      file(
        'protocol: http2, method: POST, headers: { content-type: application/grpc, te: trailers }, body: "\\0\\0\\0\\0\\0"',
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

  it('A gRPC scenario is refused where its body is no framed message, of which servers say strange things', async () => {
    const call =
      'protocol: http2, method: POST, headers: { Content-Type: application/grpc, te: trailers }';
    const framed = (body: string) => `${call}, body: ${JSON.stringify(body)}`;
    for (const body of [
      '\0\0\0\0\0',
      '\0\0\0\0\u0002ab',
      '\u0001\0\0\0\u0001a\0\0\0\0\0',
      'x{n}',
      '\0\0\0\0\u0005{port}',
    ])
      await load(file(framed(body)));
    assert.match(
      await complaintOn(framed('hello')),
      /^3:\d+: scenarios\.call\.body: the body of a gRPC call must be .* begins with no byte 0 or 1\n {2}put a byte 0/,
    );
    assert.match(
      await complaintOn(framed('\0\0\0\0\u0007ab')),
      /says that 7 bytes follow, where 2 do/,
    );
    assert.match(
      await complaintOn(framed('\0\0\0\0\u0001ab')),
      /ends within the five bytes.*\n {2}it has whole messages up to byte 6: remove what follows/,
    );
    assert.match(
      await complaintOn(call),
      /^3:\d+: scenarios\.call\.headers\.Content-Type: a gRPC call sends one message .*\n {2}name a file .*`body-file`/,
    );
    // Also where the engine is named that it has anyway.
    assert.match(await complaintOn(`engine: builtin, ${framed('hello')}`), /begins with no byte/);
    // Of one request of several, with the header of all.
    await using folder = await repository({
      'call.grpc': 'hey',
      'get.txt': 'hey',
      [CONFIG]: file(
        'protocol: http2, headers: { content-type: application/grpc }, requests: [{ method: POST, path: /, body-file: call.grpc }, { path: /, method: PUT, headers: { content-type: text/plain }, body-file: get.txt }]',
      ),
    });
    const { root } = folder;
    const problems = await complaint(loadExperiment({ root, settings: {} }));
    assert.doesNotMatch(problems, /there is none here/);
    assert.match(problems, /requests\[0\]\.body-file: .* ends within the five bytes/);
    assert.doesNotMatch(problems, /requests\[1\]/);
  });

  it('A gRPC call by flags alone is told that its message belongs into a file', async () => {
    await using folder = await repository({ 'server.js': '' });
    const { root } = folder;
    const flag = (value: string, name: string) => ({ value, origin: `--${name}` });
    const settings = {
      start: flag('node server.js', 'start'),
      protocol: flag('http2', 'protocol'),
      method: flag('POST', 'method'),
      headers: flag('content-type: application/grpc\nte: trailers', 'headers'),
    };
    const without = await complaint(loadExperiment({ root, settings }));
    assert.match(
      without,
      /^--headers: content-type: a gRPC call sends one message .*\n {2}name a file/,
    );
    const body = flag('{}', 'body');
    const wrong = await complaint(loadExperiment({ root, settings: { ...settings, body } }));
    assert.match(
      wrong,
      /^--body: the body of a gRPC call .*\n.*no flag and no input can hold a byte 0/,
    );
  });
});
