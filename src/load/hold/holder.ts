/**
 * The holder's own program: started by the gate with an IPC channel, it keeps its share of the
 * connections of one hold, and ends when the channel does. Several of them, because a process may have
 * a limited number of files open.
 */
import '../../system/program/no-inspector.ts';
import { serveGate, type Told, Unsendable } from '../worker/serve.ts';
import { HoldLoad } from './load.ts';
import type { HolderReply, HolderRequest } from './messages.ts';

let load: HoldLoad | null = null;

serveGate<HolderRequest, HolderReply>('The holder', perform);

async function perform(request: HolderRequest): Promise<Told<HolderReply>> {
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

function create({ target, share, sources, first }: HolderRequest & { op: 'prepare' }): HoldLoad {
  try {
    return new HoldLoad(target, share, sources, first);
  } catch (error) {
    throw new Unsendable(error);
  }
}

function prepared(): HoldLoad {
  if (load === null) throw new Error('no hold is prepared');
  return load;
}
