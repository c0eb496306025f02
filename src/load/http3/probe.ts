/** One request on a connection of its own: whether a server answers, not what the scenario expects. */
import { foreign } from '../../system/messages/printed.ts';
import { authority } from '../address.ts';
import { NOT_IN_TIME, type Question, splitHost } from '../question.ts';
import { resetText } from '../shared/ended-question.ts';
import type { Target } from '../target.ts';
import { codeName, endText } from './codes.ts';
import { type Http3Library, loadHttp3 } from './library.ts';
import { asText, EVENT, type WireEvent } from './wire.ts';

/**
 * The status of the answer, or in words why there is none. The certificate is not checked: readiness
 * is not trust. An answer without end counts by its status. Rejects when the HTTP/3 client is missing.
 */
export async function probeHttp3(
  target: Target,
  question: Question,
  timeoutMs: number,
  library: Http3Library = loadHttp3(),
): Promise<number | string> {
  const { tls } = target.scenario;
  const { host, others } = splitHost(question);
  const fields = [
    { name: ':method', value: question.method },
    { name: ':scheme', value: 'https' },
    { name: ':authority', value: host ?? authority(target) },
    { name: ':path', value: question.path },
    ...others.map(([name, value]) => ({ name, value })),
  ];
  const options = {
    address: authority(target),
    serverName: tls?.serverName ?? 'localhost',
    ca: null,
  };
  let isOpen = false;
  return await new Promise((resolve) => {
    const limit = setTimeout(() => {
      settle(`${NOT_IN_TIME} ${timeoutMs} ms${isOpen ? '' : ' to the QUIC handshake'}`);
    }, timeoutMs);
    const settle = (answer: number | string) => {
      clearTimeout(limit);
      wire.close();
      resolve(answer);
    };
    const wire = library.open(options, (events) => {
      for (const event of events) {
        const answer = answerOf(event, isOpen);
        if (answer !== null) return settle(answer);
        if (event.eventType !== EVENT.open) continue;
        isOpen = true;
        try {
          wire.request(fields, true);
        } catch (error) {
          return settle(asText(error));
        }
      }
    });
  });
}

/** Null: it does not end the probe. */
function answerOf(event: WireEvent, isOpen: boolean): number | string | null {
  const { meta = {} } = event;
  switch (event.eventType) {
    case EVENT.headers: {
      const status = event.headers?.find(({ name }) => name === ':status')?.value ?? '';
      if (!/^[1-9]\d\d$/.test(status)) return `bad :status ${foreign(JSON.stringify(status))}`;
      // Informational: the answer itself is still to come.
      return Number(status) < 200 ? null : Number(status);
    }
    case EVENT.finished:
      return 'the answer ended without a status';
    case EVENT.reset:
      return resetText(codeName(meta.errorCode ?? 0));
    case EVENT.error:
      return meta.errorReason ?? 'unknown error';
    case EVENT.closed:
      return endText(meta, isOpen);
    default:
      return null;
  }
}
