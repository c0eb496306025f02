/** A profile as Node.js writes it: [function, address, line from 0, samples]. */
export function nodeProfile(
  functions: readonly (readonly [string, string, number, number])[],
): string {
  const nodes = functions.map(([functionName, url, lineNumber], i) => ({
    id: i + 1,
    callFrame: { functionName, scriptId: '1', url, lineNumber, columnNumber: 0 },
    children: [],
  }));
  const samples = functions.flatMap(([, , , count], i) => Array<number>(count).fill(i + 1));
  return JSON.stringify({ nodes, startTime: 0, endTime: 1, samples, timeDeltas: [] });
}
