/** What the programs that make load have in common: they serve the gate that started them, and end with it. */
import type { HelperNews, HelperReply, HelperRequest } from './helper.ts';

/**
 * Calls `take` for every request; `send` gives its reply. `name`: as a person who starts it by hand reads it.
 */
export function serveGate<Request extends HelperRequest, Reply extends HelperReply>(
  name: string,
  take: (request: Request, send: (reply: Reply) => void) => void,
): void {
  // The gate owns the shutdown: a Ctrl-C in the terminal reaches this process too.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  // Whoever was stopped cannot notice that, but hears of it as soon as it goes on.
  process.on('SIGCONT', () => say({ news: 'went-on' }));
  process.on('message', (message: Request | { op: 'ping' }) => {
    if (isPing(message)) say({ news: 'alive' });
    else take(message, say);
  });
  if (process.send === undefined) {
    process.stderr.write(`${name} is started by throughput-gate, not by hand.\n`);
    process.exit(2);
  }
  say({ news: 'ready' });
}

function isPing(message: HelperRequest | { op: 'ping' }): message is { op: 'ping' } {
  return message.op === 'ping';
}

/** A reply that the gate no longer wants is no error: the channel's end is handled above. */
function say(message: HelperReply | HelperNews): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
