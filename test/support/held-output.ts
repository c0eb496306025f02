/** What is printed, held back: a runner would take commands in it for this very job's. */
import type { TestContext } from 'node:test';

/** Until the function that it returns is called, which gives what was written to standard output since. */
export function holdOutput(t: TestContext): () => string {
  const { mock } = t.mock.method(process.stdout, 'write', () => true);
  return () => {
    mock.restore();
    return mock.calls.map((call) => String(call.arguments[0])).join('');
  };
}
