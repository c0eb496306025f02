/** Asks a server for whole answers, one after the other, on a connection that is not one of the load's. */
import type { HttpScenario, WebSocketScenario } from '../../config/experiment/scenario.ts';
import type { Target } from '../../load/target.ts';
import type { OwnPlace } from '../answers/answer.ts';
import { Http1Asker } from './ask-http1.ts';
import { Http2Asker } from './ask-http2.ts';
import { Http3Asker } from './ask-http3.ts';
import { WebSocketAsker } from './ask-websocket.ts';
import type { Asker } from './asker.ts';

export type { Asker } from './asker.ts';

/** What can be asked: requests as of a load of HTTP, or messages. */
export type AskedScenario = HttpScenario | WebSocketScenario;

/**
 * `places`: of all arms; null: answers are left as they are. Throws where the client that it takes is not there (HTTP/3
 * with an old Node.js).
 */
export function askerFor(target: Target<AskedScenario>, places: readonly OwnPlace[] | null): Asker {
  const { scenario } = target;
  if (scenario.kind === 'websocket') return new WebSocketAsker({ ...target, scenario }, places);
  const http = { ...target, scenario };
  switch (scenario.protocol) {
    case 'http1':
      return new Http1Asker(http, places);
    case 'http2':
      return new Http2Asker(http, places);
    case 'http3':
      return new Http3Asker(http, places);
  }
}
