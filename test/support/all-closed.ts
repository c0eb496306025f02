/** Waits until a server in this process has no connection left, and its clients have heard of it, or have read all. */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

/** The client's end may come in the same turn of the event loop as the server's, but after it: so the loop polls once more. */
export async function allClosed(sockets: { readonly size: number }): Promise<void> {
  while (sockets.size > 0) await sleep(1);
  await turn();
  await turn();
}

/** What is under way within this process has been read, also where the pause ends late, before the loop has polled. */
export async function allRead(): Promise<void> {
  await sleep(20);
  await turn();
  await turn();
}
