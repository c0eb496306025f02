/**
 * The holder's own program: started by the gate with an IPC channel, it keeps its share of the
 * connections of one hold, and ends when the channel does. Several of them, because a process may have
 * a limited number of files open.
 */
import '../../system/no-inspector.ts';
import { serveGate } from '../helper-program.ts';
import { HoldLoad } from './load.ts';
import type { HolderReply, HolderRequest } from './protocol.ts';

let load: HoldLoad | null = null;

serveGate<HolderRequest, HolderReply>('The holder', async (request, send) =>
  send(await reply(request)),
);

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
