/** The opening handshake (RFC 6455, 4) as bytes: what is sent, and whether the answer accepts it. Pure. */

import { createHash } from 'node:crypto';
import { shownPath } from '../../config/experiment/withhold.ts';
import { foreign } from '../../system/messages/printed.ts';
import { startsLikeHttp1 } from '../http1/head.ts';
import { MOST_INTERIM } from '../shared/interim.ts';
import { refusedHandshake, type Told } from '../unexpected.ts';
import { membersOf, notHttp, readAnswerHead } from './answer-head.ts';

export interface Upgrade {
  /** All before the key. */
  readonly before: string;
  /** All behind it, blank line included. */
  readonly after: string;
  readonly path: string;
  /** What the server must choose; null: nothing was offered. */
  readonly subprotocol: string | null;
}

/** Whether the whole answer has come, and what it says. `end`: index behind its blank line. */
export type UpgradeAnswer =
  | { kind: 'more' }
  | { kind: 'accepted'; end: number }
  | { kind: 'refused'; message: Told };

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Interim answers included. */
export const MOST_HEAD_BYTES = 64 * 1024;
export const BLANK_LINE = '\r\n\r\n';

/** `headers`: the scenario's own, already checked. `host` of theirs replaces ours. */
export function prepareUpgrade(
  host: string,
  {
    path,
    headers,
    subprotocol,
  }: { path: string; headers: Record<string, string>; subprotocol: string | null },
): Upgrade {
  const own = Object.entries(headers);
  const hasHost = own.some(([name]) => name.toLowerCase() === 'host');
  const lines = [
    ...(hasHost ? [] : [`host: ${host}`]),
    'upgrade: websocket',
    'connection: Upgrade',
    'sec-websocket-version: 13',
    ...(subprotocol === null ? [] : [`sec-websocket-protocol: ${subprotocol}`]),
    ...own.map(([name, value]) => `${name}: ${value}`),
  ];
  const before = `GET ${path} HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}sec-websocket-key: `;
  return { before, after: '\r\n\r\n', path, subprotocol };
}

/** `bytes`: all that came since the handshake was sent with this key. */
export function readUpgrade(
  { path, subprotocol }: Upgrade,
  key: string,
  bytes: Buffer,
): UpgradeAnswer {
  let start = 0;
  for (let interim = 0; interim <= MOST_INTERIM; interim++) {
    const end = bytes.indexOf(BLANK_LINE, start) + BLANK_LINE.length;
    if (end < BLANK_LINE.length) return unfinished(path, bytes, start);
    if (end > MOST_HEAD_BYTES) return tooLong(path);
    const head = readAnswerHead(bytes.toString('latin1', start, end - BLANK_LINE.length));
    if (typeof head === 'string') return refused(path, head);
    const { status, fields } = head;
    if (status === 101) {
      const wrong = wrongHeader(fields, key, subprotocol);
      return wrong === null ? { kind: 'accepted', end } : refused(path, wrong);
    }
    if (status < 100 || status > 199) {
      return {
        kind: 'refused',
        message: refusedHandshake(path, status, (name) => fields.get(name)),
      };
    }
    // The answer itself is still to come (RFC 9110, 15.2).
    start = end;
  }
  return refused(path, `comes behind more than ${MOST_INTERIM} interim ones`);
}

function unfinished(path: string, bytes: Buffer, start: number): UpgradeAnswer {
  if (!startsLikeHttp1(bytes, start, bytes.length))
    return refused(path, notHttp(bytes.toString('latin1', start)));
  return bytes.length > MOST_HEAD_BYTES ? tooLong(path) : { kind: 'more' };
}

function wrongHeader(
  headers: ReadonlyMap<string, string>,
  key: string,
  subprotocol: string | null,
): string | null {
  if (headers.get('upgrade')?.toLowerCase() !== 'websocket') return 'has no `upgrade: websocket`';
  if (!membersOf(headers.get('connection')).includes('upgrade'))
    return 'has no `connection: upgrade`';
  if (headers.get('sec-websocket-accept') !== acceptOf(key))
    return 'has a wrong `sec-websocket-accept`';
  if (headers.has('sec-websocket-extensions')) return 'has an extension that was not offered';
  const chosen = headers.get('sec-websocket-protocol') ?? null;
  if (chosen === subprotocol) return null;
  return chosen === null
    ? `does not choose the subprotocol ${foreign(String(subprotocol))}`
    : `chooses the subprotocol ${foreign(chosen)}, which was not offered`;
}

export function acceptOf(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64');
}

function refused(path: string, what: string): UpgradeAnswer {
  return {
    kind: 'refused',
    message: `the answer to the WebSocket handshake on ${shownPath(path)} ${what}`,
  };
}

function tooLong(path: string): UpgradeAnswer {
  return refused(path, `has a head over ${MOST_HEAD_BYTES} bytes`);
}
