/** Several worker processes that do one thing: started together, ended together. */
import { setMaxListeners } from 'node:events';

export class WorkerGroup<Member extends AsyncDisposable> implements AsyncDisposable {
  readonly members: readonly Member[];
  readonly #onEnd: () => void;

  private constructor(members: readonly Member[], onEnd: () => void) {
    this.members = members;
    this.#onEnd = onEnd;
  }

  /** Starts so many. Rejects when one of them cannot start, and has ended the others then. `signal` ends all at once. */
  static async start<Member extends AsyncDisposable>(
    count: number,
    start: (index: number, signal: AbortSignal) => Promise<Member>,
    signal?: AbortSignal,
  ): Promise<WorkerGroup<Member>> {
    signal?.throwIfAborted();
    // One listener on the run's signal, however many processes: Node.js takes more for a leak.
    const halt = new AbortController();
    setMaxListeners(0, halt.signal);
    const onAbort = () => halt.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const starts = Array.from({ length: count }, (_, index) => start(index, halt.signal));
    const ends = await Promise.allSettled(starts);
    const members = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    const group = new WorkerGroup(members, () => signal?.removeEventListener('abort', onAbort));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed === undefined) return group;
    await group[Symbol.asyncDispose]();
    throw failed.reason;
  }

  /** What each of the first `count` does; waits for every one, also when one fails, so that none is still at work afterwards. */
  async all<Result>(
    act: (member: Member, index: number) => Promise<Result>,
    count: number = this.members.length,
  ): Promise<Result[]> {
    const ended = await Promise.allSettled(this.members.slice(0, count).map(act));
    const failed = ended.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return ended.map((end) => (end as PromiseFulfilledResult<Result>).value);
  }

  /** May be called again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => member[Symbol.asyncDispose]()));
    this.#onEnd();
  }
}
