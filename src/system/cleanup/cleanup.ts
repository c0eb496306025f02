/** Things to undo, in reverse order, whatever happens. Node.js 20 has no AsyncDisposableStack yet. */

export interface Cleanup extends AsyncDisposable {
  /** Runs when the stack is disposed, before everything that was added earlier. */
  defer(undo: () => unknown): void;
  /** Adds a disposable and gives it back. */
  use<T extends AsyncDisposable>(resource: T): T;
}

/** Every step runs, also after one that failed; the first error is thrown at the end. Disposing twice is harmless. */
export function cleanup(): Cleanup {
  const steps: (() => unknown)[] = [];
  return {
    defer: (undo) => steps.push(undo),
    use: (resource) => {
      steps.push(() => resource[Symbol.asyncDispose]());
      return resource;
    },
    [Symbol.asyncDispose]: async () => {
      const errors: unknown[] = [];
      for (let undo = steps.pop(); undo !== undefined; undo = steps.pop()) {
        try {
          await undo();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
