/** What the programs that make load have in common: they serve the gate that started them, and end with it. */
import { excerptsOf } from '../../system/messages/printed.ts';
import type { HelperNews, HelperReply, HelperRequest } from './process.ts';

/** No server could get this scenario. */
export class Unsendable extends Error {
  constructor(cause: unknown) {
    super((cause as Error).message, { cause });
  }
}

/** What a good reply tells. */
export type Told<Reply extends HelperReply> = Partial<
  Omit<Extract<Reply, { ok: true }>, 'id' | 'ok'>
>;

/**
 * Calls `perform` for every request, and replies with what it resolves to. One after the other, as two at once would disturb
 * each other's measurement; but for those that are `beside`. `name`: as a person who starts it by hand reads it.
 */
export function serveGate<Request extends HelperRequest, Reply extends HelperReply>(
  name: string,
  perform: (request: Request) => Promise<Told<Reply>>,
  beside: (request: Request) => boolean = () => false,
): void {
  // The gate owns the shutdown: a Ctrl-C in the terminal reaches this process too.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  // Whoever was stopped cannot notice that, but hears of it as soon as it goes on.
  process.on('SIGCONT', () => say({ news: 'went-on' }));
  let last = Promise.resolve();
  process.on('message', (message: Request | { op: 'ping' }) => {
    if (isPing(message)) {
      say({ news: 'alive' });
      return;
    }
    const answer = async () => say(await replyTo(message, perform));
    if (beside(message)) void answer();
    else last = last.then(answer);
  });
  if (process.send === undefined) {
    process.stderr.write(`${name} is started by throughput-gate, not by hand.\n`);
    process.exit(2);
  }
  say({ news: 'ready' });
}

async function replyTo<Request extends HelperRequest>(
  request: Request,
  perform: (request: Request) => Promise<object>,
): Promise<HelperReply> {
  const { id } = request;
  try {
    return { id, ok: true, ...(await perform(request)) };
  } catch (error) {
    return {
      id,
      ok: false,
      reason: error instanceof Unsendable ? 'scenario' : 'other',
      message: error instanceof Error ? error.message : String(error),
      printed: excerptsOf(error),
    };
  }
}

function isPing(message: HelperRequest | { op: 'ping' }): message is { op: 'ping' } {
  return message.op === 'ping';
}

/** A reply that the gate no longer wants is no error: the channel's end is handled above. */
function say(message: HelperReply | HelperNews): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
