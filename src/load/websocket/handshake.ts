/** A target as the handshake needs it: checked once, in the shape that `ws` takes; and its failures in words. */

import { type IncomingMessage, validateHeaderName, validateHeaderValue } from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { ClientOptions } from 'ws';
import type { WebSocketScenario } from '../../config/experiment/scenario.ts';
import { foreign } from '../../system/messages/printed.ts';
import { authority, socketAddress, tlsOptions } from '../address.ts';
import { type OwnPorts, ownPortsTo } from '../shared/own-ports.ts';
import type { Target } from '../target.ts';
import { refusedHandshake, type Told } from '../unexpected.ts';
import { closedText } from './close-code.ts';

export interface Handshake {
  url: string;
  subprotocols: string[];
  options: Omit<ClientOptions, 'createConnection'> & {
    createConnection: () => net.Socket;
    closeTimeout: number;
  };
  /** Where its connections come from. */
  ports: OwnPorts;
}

/** Opens what carries the bytes. */
export type Connect = (target: Target<WebSocketScenario>) => Duplex;

/** A peer that has sent a close frame gets this long to close the connection too. */
const CLOSE_TIMEOUT_MS = 100;

/** Room for answers that are too long, so that they can be told from broken frames. */
const FEWEST_PAYLOAD_BYTES = 1024 * 1024;
const OWN_PAYLOAD_BYTES = 64 * 1024 * 1024;

/**
 * Each piece costs memory of its own, however short it is, and an empty fragment counts for no
 * payload. So there is a most of both the fragments of a message and the reads that a frame waits in:
 * one for so many bytes of the message, far more than any network makes, but at least the fewest.
 */
const FEWEST_PIECES = 4096;
const BYTES_A_PIECE = 256;

/** Throws an Error that names the scenario when a part of it cannot stand in a handshake. */
export function prepareHandshake(target: Target<WebSocketScenario>, connect?: Connect): Handshake {
  const ports = ownPortsTo(target);
  const carry = connect ?? (() => ports.opened(connectTo(target, ports.from)));
  const { scenario } = target;
  checkPath(scenario);
  checkHeaders(scenario);
  checkSubprotocol(scenario);
  const mostPieces = Math.max(FEWEST_PIECES, Math.ceil(scenario.message.bytes / BYTES_A_PIECE));
  return {
    url: `${scenario.tls === null ? 'ws' : 'wss'}://${authority(target)}${scenario.path}`,
    subprotocols: scenario.subprotocol === null ? [] : [scenario.subprotocol],
    options: {
      headers: scenario.headers,
      // The types ask for a socket of `net`; any duplex stream will do for a request of Node's.
      createConnection: () => carry(target) as net.Socket,
      perMessageDeflate: false,
      maxPayload: mostPayload(scenario.message),
      maxFragments: mostPieces,
      maxBufferedChunks: mostPieces,
      // Every message is compared byte by byte anyway.
      skipUTF8Validation: true,
      closeTimeout: CLOSE_TIMEOUT_MS,
    },
    ports,
  };
}

/** How long the answer to a message of the user's own is, only the server knows. */
function mostPayload({ bytes, text }: WebSocketScenario['message']): number {
  return text === undefined ? Math.max(FEWEST_PAYLOAD_BYTES, 2 * bytes) : OWN_PAYLOAD_BYTES;
}

/** An answer to the handshake that is none of WebSocket's. */
export function refusalOf(path: string, { statusCode, headers }: IncomingMessage): Told {
  const field = (name: string) => headers[name]?.toString();
  return refusedHandshake(path, statusCode ?? 0, field);
}

/** How a connection that was open ended, by the code of its close frame. */
export function closeText(code: number, reason: Buffer): string {
  const why = reason.length === 0 ? '' : ` ${foreign(JSON.stringify(reason.toString()))}`;
  return closedText(code, why);
}

function connectTo(target: Target<WebSocketScenario>, from: OwnPorts['from']): net.Socket {
  const address = { ...socketAddress(target), ...from };
  const { tls: secured } = target.scenario;
  return secured === null
    ? net.connect(address)
    : tls.connect({ ...address, ...tlsOptions(secured, ['http/1.1']) });
}

function checkPath({ name, path }: WebSocketScenario): void {
  const where = `scenario ${name}: path ${foreign(JSON.stringify(path))} cannot be sent`;
  if (!/^\/[\x21-\x7e]*$/.test(path) || path.includes('#')) {
    throw new Error(
      `${where}; it must start with "/" and hold no blanks, line breaks, "#" or letters outside ` +
        'ASCII (write them as %XX)',
    );
  }
  const { pathname, search } = new URL(`ws://localhost${path}`);
  if (pathname + search !== path) {
    throw new Error(`${where} as it is; write it as ${foreign(JSON.stringify(pathname + search))}`);
  }
}

const OWN_HEADERS = new Set([
  'connection',
  'upgrade',
  'content-length',
  'transfer-encoding',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'sec-websocket-accept',
]);

function checkHeaders({ name: scenario, headers }: WebSocketScenario): void {
  for (const [name, value] of Object.entries(headers)) {
    const where = `scenario ${scenario}: header ${JSON.stringify(name)}`;
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      throw new Error(`${where} cannot be sent: ${(error as Error).message}`);
    }
    const known = name.toLowerCase();
    if (known === 'sec-websocket-protocol') {
      throw new Error(`${where} is written by the generator itself; set \`subprotocol\` instead`);
    }
    if (OWN_HEADERS.has(known)) {
      throw new Error(`${where} is written by the generator itself; remove it`);
    }
  }
}

function checkSubprotocol({ name, subprotocol }: WebSocketScenario): void {
  if (subprotocol === null || /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(subprotocol)) return;
  throw new Error(
    `scenario ${name}: subprotocol ${foreign(JSON.stringify(subprotocol))} cannot be sent; it is one name ` +
      "of letters, digits and !#$%&'*+-.^_`|~",
  );
}
