/**
 * The holder's own program: started by the gate with an IPC channel, it keeps its share of the
 * connections of one hold, and ends when the channel does. Several of them, because a process may have
 * a limited number of files open.
 */
import '../../../no-inspector.ts';
import { HoldLoad } from './load.ts';
import type { HolderReply, HolderRequest } from './protocol.ts';

let load: HoldLoad | null = null;

// The gate owns the shutdown: a Ctrl-C in the terminal reaches this process too.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', async (request: HolderRequest) => send(await reply(request)));

if (process.send === undefined) {
  process.stderr.write('The holder is started by throughput-gate, not by hand.\n');
  process.exit(2);
}
process.send({ ready: true });

/** No server could get this scenario. */
class Unsendable extends Error {}

async function reply(request: HolderRequest): Promise<HolderReply> {
  try {
    return { id: request.id, ok: true, ...(await perform(request)) };
  } catch (error) {
    return {
      id: request.id,
      ok: false,
      reason: error instanceof Unsendable ? 'scenario' : 'other',
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

/** A reply that the gate no longer wants is no error: the channel's end is handled above. */
function send(message: HolderReply): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function perform(
  request: HolderRequest,
): Promise<Partial<Omit<HolderReply & { ok: true }, 'id' | 'ok'>>> {
  switch (request.op) {
    case 'prepare':
      if (load !== null) throw new Error('a hold is already open');
      load = create(request);
      await load.ready;
      return {};
    case 'open':
      return { opened: await prepared().open(request.startAtMs) };
    case 'hold':
      return { held: await prepared().hold(request.startAtMs) };
    case 'close': {
      const closed = await load?.close();
      load = null;
      return closed ?? { dropped: 0, samples: [] };
    }
  }
}

function create({ target, share, sources }: HolderRequest & { op: 'prepare' }): HoldLoad {
  try {
    return new HoldLoad(target, share, sources);
  } catch (error) {
    throw new Unsendable((error as Error).message, { cause: error });
  }
}

function prepared(): HoldLoad {
  if (load === null) throw new Error('no hold is prepared');
  return load;
}
