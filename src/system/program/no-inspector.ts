/**
 * Imported first by every program of ours. Any process of the same user may send SIGUSR1, at which Node.js opens its
 * inspector: a port on which whoever connects may run code in here, and so could a server that is being measured. With a
 * listener of our own the port stays closed. One that was opened before this line ran is closed again.
 */
import { createRequire } from 'node:module';

process.on('SIGUSR1', () => {});
closeInspector();

/**
 * Under the runner only: elsewhere a person may be debugging, by `--inspect` or from an editor. A job that wants its
 * servers debugged sets NODE_OPTIONS, and must not open the gate with it.
 */
function closeInspector(): void {
  if (process.env.GITHUB_ACTIONS !== 'true') return;
  try {
    // Node.js can be built without it, and then importing it fails.
    const inspector = createRequire(import.meta.url)('node:inspector') as {
      url(): string | undefined;
      close(): void;
    };
    if (inspector.url() !== undefined) inspector.close();
  } catch {
    // No inspector, no way in.
  }
}
