/** One request by Node's own client: is the server ready? */
import type http2 from 'node:http2';
import { connectHttp2 } from '../node-http2.ts';
import { NOT_IN_TIME, type Question, splitHost } from '../question.ts';
import type { Target } from '../target.ts';

/**
 * Status of the answer on a connection of its own, certificate not checked; or in words why there is
 * none. Never rejects, and takes no longer than `timeoutMs`.
 */
export async function probeHttp2(
  target: Target,
  question: Question,
  timeoutMs: number,
): Promise<number | string> {
  return await new Promise((resolve) => {
    const client = connectHttp2(target);
    const finish = (outcome: number | string) => {
      clearTimeout(timer);
      client.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => finish(`${NOT_IN_TIME} ${timeoutMs} ms`), timeoutMs);
    client.on('error', (error) => finish(wordsOf(error)));
    client.on('close', () => finish('the server closed the connection'));
    client
      .request(fieldsOf(question))
      .on('error', (error) => finish(wordsOf(error)))
      .on('close', () => finish('the server ended the request without an answer'))
      .on('response', (headers) => finish(headers[':status'] ?? 'an answer without a status'))
      .end();
  });
}

function fieldsOf(question: Question): http2.OutgoingHttpHeaders {
  const { host, others } = splitHost(question);
  return {
    ...Object.fromEntries(others),
    ':method': question.method,
    ':path': question.path,
    ...(host === null ? {} : { ':authority': host }),
  };
}

function wordsOf(error: Error): string {
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}
