/** Why a server is not ready, in words. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { NO_STREAMS } from '../../../src/load/http2/peer-settings.ts';
import { goAwayText, resetText } from '../../../src/load/shared/ended-question.ts';
import { MAY_DISTRUST, tlsTrouble } from '../../../src/load/shared/tls-trouble.ts';
import type { Endpoint } from '../../../src/measure/listening/address.ts';
import {
  isBeyondTime,
  isTurnedAway,
  type Waited,
  type WhyNot,
  whyNotReady,
} from '../../../src/measure/ready/not-ready.ts';
import type { RunningServer } from '../../../src/measure/servers/server.ts';
import { READY } from '../../support/manners.ts';

function why(
  seen: Partial<Waited>,
  endpoint: Endpoint = { kind: 'tcp', port: 20_001 },
  start = './server',
): WhyNot {
  const server = {
    endpoint,
    ready: READY,
    listen: { kind: 'port' },
    pairs: 'live',
    start,
    form: 'flags',
  } as Pick<RunningServer, 'endpoint' | 'ready' | 'listen' | 'pairs' | 'start' | 'form'>;
  const nothing: Waited = { owner: 'none', others: [], hasSaid: true, command: null, answer: null };
  return whyNotReady(server, { ...nothing, ...seen }, 2000);
}

const told = (seen: Partial<Waited>): string => why(seen).what;

const at = (kind: 'tcp' | 'udp', port: number) =>
  [{ at: { kind, port }, bound: ['127.0.0.1'], isApart: false }] as unknown as Waited['others'];

it('A server that has taken its port for UDP alone is not told to read PORT', () => {
  const same = told({ others: at('udp', 20_001) });
  assert.match(same, /listens there over UDP only.*`--protocol http3`/);
  assert.doesNotMatch(same, /PORT/);
  assert.match(told({ others: at('udp', 9000) }), /UDP port 9000 instead.*PORT/);
});

it('Of a server that is started without the variables of the gate, what drops them is named', () => {
  const started = (others: Waited['others']) => why({ others }, undefined, 'sudo ./server').what;
  assert.match(
    started(at('tcp', 9000)),
    /port 9000 instead\. `sudo` hands no variables on, so the server does not see PORT: put \{port\}/,
  );
  assert.match(started([]), /nothing listens.*`sudo` hands no variables on/);
  assert.doesNotMatch(told({}), /hands no variables/);
});

it('Where much has ended meanwhile, a loop is named and a build, as either may be why', () => {
  assert.match(told({ ends: 4 }), /Does it read PORT/);
  assert.match(
    told({ ends: 5 }),
    /at least 5 processes .* If something starts the server again and again, .*`--build`.*`--ready-timeout`/,
  );
});

it('Of a master that listens, whose workers end again and again, these are named before the Host header', () => {
  const said = (ends: number) => told({ owner: 'ours', ends, answer: 'no answer within 10000 ms' });
  assert.match(
    said(5),
    /At least 5 processes of it have ended meanwhile.*workers.*last lines.*Host header/,
  );
  assert.doesNotMatch(said(4), /ended meanwhile/);
});

it('Of a command that fails it is said how, and of one that does not end that it must', () => {
  const failing = told({ owner: 'ours', command: 'exit code 3' });
  assert.match(failing, /the command of `--ready-command` fails \(exit code 3\)$/);
  const endless = told({ owner: 'ours', command: 'not done after 20 s' });
  assert.match(endless, /\(not done after 20 s\)\. It must come to its end.*`--ready-timeout`$/);
});

it('Of a server that closes the connection without an answer, the Host header is named', () => {
  const said = told({ owner: 'ours', answer: 'the end of the connection in place of an answer' });
  assert.match(
    said,
    /gave the end of the connection.*known hosts only.*`--headers`.*`--ready-command true`/,
  );
});

it('Of a server that ends the question by an error code of its protocol, the code says what mends it', () => {
  const asked = why({
    owner: 'ours',
    answer: resetText('HTTP_1_1_REQUIRED'),
  });
  assert.equal(asked.symptoms.peerCode, 'HTTP_1_1_REQUIRED');
  const left = why({ owner: 'ours', answer: goAwayText('ENHANCE_YOUR_CALM') });
  assert.equal(left.symptoms.peerCode, 'ENHANCE_YOUR_CALM');
  assert.match(left.what, /^not ready after 2 s: GET \/ has no answer, as the server takes no/);
  assert.doesNotMatch(asked.what, /--ready-command/);
  const quic = why({ owner: 'ours', answer: 'the server reset the stream (H3_EXCESSIVE_LOAD)' });
  assert.equal(quic.symptoms.peerCode, 'H3_EXCESSIVE_LOAD');
  assert.equal(why({ owner: 'ours', answer: 'read ECONNRESET' }).symptoms.peerCode, null);
});

it('Of a server that wants another name in the TLS handshake, only that is said', () => {
  const answer = 'the server serves other names (SNI): set `tls: { server-name: … }`';
  assert.equal(told({ owner: 'ours', answer }), `not ready after 2 s: ${answer}`);
});

it('Of a server that allows no streams of HTTP/2, that is said, and nothing of hosts', () => {
  const answer =
    'no answer within 2000 ms: the server allows 0 streams at once (SETTINGS_MAX_CONCURRENT_STREAMS), have it allow some';
  assert.equal(told({ owner: 'ours', answer }), `not ready after 2 s: ${answer}`);
});

it('A server that hangs up on a client certificate without a word is told as one that may not trust it', () => {
  const said = told({ owner: 'ours', answer: MAY_DISTRUST });
  assert.match(said, /^not ready after 2 s: the server ended .*`cert` and `key`.*trusts$/);
  assert.doesNotMatch(said, /known hosts/);
});

it('A server that asks for another protocol, another name or a client certificate is not waited for until the time is up', () => {
  assert.equal(isBeyondTime(resetText('HTTP_1_1_REQUIRED')), true);
  assert.equal(isBeyondTime('the server serves other names than the one asked for (SNI)'), true);
  const certificate = Object.assign(new Error('alert certificate required'), {
    code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
  });
  assert.equal(isBeyondTime(tlsTrouble(certificate)), true);
  const version = Object.assign(new Error('x'), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
  assert.equal(isBeyondTime(tlsTrouble(version)), true);
  // One that hangs up without a word may still be starting.
  for (const answer of ['connect ECONNREFUSED', 503, null, MAY_DISTRUST])
    assert.equal(isBeyondTime(answer), false);
});

it('A code by which a server refuses what it is asked is no matter of time, and one by which it says that it failed may be', () => {
  const turnsAway = [
    ...['REFUSED_STREAM', 'ENHANCE_YOUR_CALM', 'PROTOCOL_ERROR', 'error code 77'].map(resetText),
    ...['NO_ERROR', 'ENHANCE_YOUR_CALM'].map(goAwayText),
    resetText('H3_REQUEST_REJECTED'),
    'the connection was closed (H3_NO_ERROR)',
    `no answer within 5000 ms: ${NO_STREAMS}, have it allow some`,
  ];
  for (const answer of turnsAway) assert.equal(isTurnedAway(answer), true, answer);
  const failures = ['INTERNAL_ERROR', 'CANCEL', 'CONNECT_ERROR', 'H3_INTERNAL_ERROR'].map(
    resetText,
  );
  for (const answer of [...failures, 'connect ECONNREFUSED', 503, 200, null])
    assert.equal(isTurnedAway(answer), false, String(answer));
});

it('Of a QUIC handshake that does not come off, no request is to be mended', () => {
  for (const answer of [
    'no answer within 1000 ms to the QUIC handshake',
    'the QUIC handshake failed (CONNECTION_REFUSED)',
  ]) {
    const said = told({ owner: 'ours', answer });
    assert.match(said, /QUIC handshake.*has the UDP port: look whether it serves HTTP\/3 there/);
    assert.doesNotMatch(said, /known hosts|ready-command/);
  }
});

it('An answer that breaks the rules of HTTP is told with what is wrong, and is no matter of time', () => {
  const answer = 'Parse Error: Duplicate Content-Length';
  assert.equal(isBeyondTime(answer), true);
  const said = told({ owner: 'ours', answer });
  assert.match(said, /answer to GET \/ is no valid HTTP\/1\.1 \(Duplicate Content-Length\).*mend/);
  assert.doesNotMatch(said, /known hosts|ready-command/);
  assert.match(
    told({ owner: 'ours', answer: 'Parse Error: Header overflow' }),
    /answer to GET \/ has a head of more than 64 KiB.*shorter headers/,
  );
  // Another protocol is tried next, and told by its name.
  assert.equal(isBeyondTime('Parse Error: Expected HTTP/, RTSP/ or ICE/'), false);
});
