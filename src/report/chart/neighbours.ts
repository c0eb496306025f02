/** A series with more values than can be drawn: neighbours that share one place, `most` places in all. */
export function neighbours<Value>(values: readonly Value[], most: number): Value[][] {
  const each = Math.ceil(values.length / Math.max(1, most));
  const groups: Value[][] = [];
  for (let i = 0; i < values.length; i += each) groups.push(values.slice(i, i + each));
  return groups;
}
