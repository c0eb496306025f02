/** Which engine makes which load. */
import { AutocannonSession } from './autocannon/session.ts';
import { CommandSession } from './command/session.ts';
import { Http1Session } from './http1/session.ts';
import { Http2Session, probeHttp2 } from './http2/index.ts';
import { probeHttp3 } from './http3/probe.ts';
import { Http3Session } from './http3/session.ts';
import type { OwnShare } from './numbers.ts';
import type { Question } from './question.ts';
import type { OnError, Session } from './session.ts';
import type { Target } from './target.ts';
import { WebSocketSession } from './websocket/session.ts';

/** What an engine may use: its share of the connections, with the numbers of its requests, and the cores for a command. */
export interface Means {
  share: OwnShare;
  cores: readonly number[] | null;
}

/** A session that has opened nothing yet. Rejects when the scenario cannot be sent. */
export async function createSession(
  target: Target,
  { share, cores }: Means,
  onError: OnError,
): Promise<Session> {
  const { scenario } = target;
  switch (scenario.kind) {
    case 'websocket':
      return new WebSocketSession({ ...target, scenario }, share, onError);
    case 'command':
      // One core for each process that another load would have.
      return new CommandSession(
        { ...target, scenario },
        cores?.slice(0, target.processes ?? cores.length) ?? null,
        onError,
      );
    case 'hold':
      throw new Error('a hold is made by processes of its own');
    case 'http': {
      const http = { ...target, scenario };
      if (scenario.engine === 'autocannon') return new AutocannonSession(http, share, onError);
      if (scenario.protocol === 'http1') return new Http1Session(http, share, onError);
      if (scenario.protocol === 'http2') return new Http2Session(http, share, onError);
      return new Http3Session(http, share, onError);
    }
  }
}

/** Status of the answer in the protocol of the scenario, or in words why there is none. */
export async function probe(
  target: Target,
  question: Question,
  timeoutMs: number,
): Promise<number | string> {
  const { protocol } = target.scenario;
  if (protocol === 'http2') return await probeHttp2(target, question, timeoutMs);
  if (protocol === 'http3') return await probeHttp3(target, question, timeoutMs);
  throw new Error(`the generator does not probe over ${protocol}`);
}
