/** What a real machine does to tests that measure on it. */

const TRIES = 3;

/**
 * Runs again what the gate itself says that it could not measure, because something else had the machine: that is what
 * its message asks for, and no fault of what is tested. The last try counts, whatever it says.
 */
export async function onQuietMachine<T>(
  run: () => Promise<T>,
  told: (result: T) => string,
): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    const result = await run();
    const reason = /machine was\s+too\s+disturbed[^\n]*/.exec(told(result))?.[0];
    if (reason === undefined || left === 0) return result;
    console.log(`# measured again: ${reason}`);
  }
}
