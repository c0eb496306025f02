/** A server of HTTP/1.1 in this process, on a free port, which ends with its test. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** Resolves to its port. */
export async function serveWeb(t: TestContext, handle: RequestListener): Promise<number> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** One that accepts every question and answers none. */
export async function serveSilence(t: TestContext): Promise<number> {
  return await serveWeb(t, () => {});
}
