/** What changed its name in form 5 of a measurement, so that files of older forms are read under the new names. */

/** Keys, by their old names. None of them is a name that a user gives. */
const KEYS: Readonly<Record<string, string>> = {
  rehearsal: 'pilot',
  stretches: 'segments',
  stretchRequests: 'segmentRequests',
  stretchesPerArm: 'segmentsPerArm',
  expected: 'forecast',
};

/**
 * The parts that the program itself names. Not the experiment: names of headers and variables are keys there, and
 * somebody may have chosen one of the old ones.
 */
const PARTS = ['plan', 'attempts', 'subjects'];

/** Pure; what is of another shape stays as it is. */
export function withForm5Names(file: Record<string, unknown>): Record<string, unknown> {
  const renamed = PARTS.filter((part) => part in file).map((part) => [part, renamedIn(file[part])]);
  return { ...file, ...Object.fromEntries(renamed) };
}

function renamedIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamedIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      Object.hasOwn(KEYS, key) ? KEYS[key] : key,
      key === 'stage' && part === 'rehearsal' ? 'pilot' : renamedIn(part),
    ]),
  );
}
