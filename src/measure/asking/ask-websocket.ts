/** Asks by one message over WebSocket: the answer is the head of the handshake, and the first message that comes back. */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { WebSocketScenario } from '../../config/experiment/scenario.ts';
import type { PreparedRequest } from '../../load/prepared-request.ts';
import { NOT_IN_TIME } from '../../load/question.ts';
import type { Target } from '../../load/target.ts';
import { saysNothingOfMessage } from '../../load/websocket/close-code.ts';
import { type Handshake, prepareHandshake } from '../../load/websocket/handshake.ts';
import type { Asked, OwnPlace } from '../answers/answer.ts';
import { askAgain, NoAnswerYet, type Tried } from './ask-again.ts';
import { type Asker, answerOf, Body, gather } from './asker.ts';

/** Of the handshake itself, and of the connection. */
const OF_THE_HANDSHAKE = ['upgrade', 'connection', 'sec-websocket-accept'];

export class WebSocketAsker implements Asker {
  readonly #target: Target<WebSocketScenario>;
  readonly #places: readonly OwnPlace[] | null;
  #handshake: Handshake | null = null;
  #socket: WebSocket | null = null;
  #head: IncomingMessage | null = null;
  #hasAnswered = false;

  constructor(target: Target<WebSocketScenario>, places: readonly OwnPlace[] | null) {
    const { scenario } = target;
    // Whether a certificate will do is the load's business.
    const tls = scenario.tls === null ? null : { ...scenario.tls, acceptSelfSigned: true };
    this.#target = { ...target, scenario: { ...scenario, tls } };
    this.#places = places;
  }

  async ask(request: PreparedRequest, timeoutMs: number): Promise<Asked> {
    // Whether it may be sent twice is seen by how the connection ends.
    const terms = { isIdempotent: true };
    return await askAgain(terms, timeoutMs, (leftMs) => this.#try(request, leftMs));
  }

  #try({ body }: PreparedRequest, leftMs: number): Promise<Tried> {
    return new Promise((resolve) => {
      // One that has been closed since is no failure of this question.
      const isUsable = this.#socket !== null && this.#socket.readyState <= WebSocket.OPEN;
      const socket = isUsable ? (this.#socket as WebSocket) : this.#open();
      const settle = (tried: Tried) => {
        clearTimeout(limit);
        for (const name of ['message', 'unexpected-response', 'error', 'close', 'open']) {
          socket.removeAllListeners(name);
        }
        // Of a connection that nobody waits for.
        socket.on('error', () => {});
        if (typeof tried === 'string' || tried instanceof NoAnswerYet) this[Symbol.dispose]();
        resolve(tried);
      };
      const limit = setTimeout(() => settle(NOT_IN_TIME), leftMs);
      const send = () => socket.send(body ?? '', { binary: this.#target.scenario.message.binary });
      socket.on('message', (message) => {
        this.#hasAnswered = true;
        settle(this.#answer(message as Buffer));
      });
      socket.on('unexpected-response', (_request, response) => {
        const fields = new Map<string, string>();
        const cookies = gather(fields, response.rawHeaders, '');
        new Body(response, (raw) => {
          settle(answerOf(response.statusCode as number, fields, raw, this.#places, cookies));
          this[Symbol.dispose]();
        });
      });
      socket.on('error', (error) => {
        const hasNoPort = this.#handshake?.ports.jumpsOn(error) === true;
        settle(hasNoPort ? new NoAnswerYet(error.message, 'refused') : error.message);
      });
      socket.on('close', (code) => {
        const why = 'the server closed the WebSocket without an answer';
        const isLost = saysNothingOfMessage(code, this.#hasAnswered);
        settle(isLost ? new NoAnswerYet(why, 'lost') : why);
      });
      if (socket.readyState === WebSocket.OPEN) send();
      else socket.on('open', send);
    });
  }

  [Symbol.dispose](): void {
    this.#socket?.terminate();
    this.#socket = null;
  }

  #open(): WebSocket {
    this.#handshake ??= prepareHandshake(this.#target);
    const { url, subprotocols, options } = this.#handshake;
    const socket = new WebSocket(url, subprotocols, options);
    socket.once('upgrade', (head) => {
      this.#head = head;
    });
    this.#socket = socket;
    this.#hasAnswered = false;
    return socket;
  }

  #answer(message: Buffer): Asked {
    const fields = new Map<string, string>();
    gather(fields, this.#head?.rawHeaders ?? [], '');
    for (const name of OF_THE_HANDSHAKE) fields.delete(name);
    return answerOf(101, fields, message, this.#places);
  }
}
