/** Two halves of the servers' cores that are alike, one for each arm of a live pair. */

export type Halves = [number[], number[]];

/** With one CPU, threads of a server that get in each other's way at work would hardly meet. */
const CPUS_AT_LEAST = 2;

/**
 * Each half gets as many physical cores of every kind; neighbours, which may share a cache, stay together. `kindOf`: the same for cores
 * that are alike. Null where that does not come out, or where a half would have a single CPU.
 */
export function halvesOf(
  cores: readonly (readonly number[])[],
  kindOf: (core: readonly number[]) => string,
): Halves | null {
  const kinds = new Map<string, (readonly number[])[]>();
  for (const core of cores) {
    const kind = kindOf(core);
    kinds.set(kind, [...(kinds.get(kind) ?? []), core]);
  }
  const halves: Halves = [[], []];
  for (const kind of kinds.values()) {
    if (kind.length % 2 !== 0) return null;
    halves[0].push(...kind.slice(0, kind.length / 2).flat());
    halves[1].push(...kind.slice(kind.length / 2).flat());
  }
  return halves[0].length < CPUS_AT_LEAST ? null : halves;
}

/**
 * So many CPUs for each arm, from the end, core by core, no core for both. Null where these cores are not alike, or where
 * fewer than `generator` CPUs would be left on other cores.
 */
export function halvesWith(
  cores: readonly (readonly number[])[],
  cpus: number,
  generator: number,
): { halves: Halves; left: number[] } | null {
  let each = 0;
  while (cores.slice(cores.length - each).flat().length < cpus) {
    if (++each > cores.length) return null;
  }
  if (2 * each >= cores.length) return null;
  const [first, second] = [cores.slice(-2 * each, -each), cores.slice(-each)];
  const isAlike = first.every((core, i) => core.length === second[i]?.length);
  const left = cores.slice(0, -2 * each).flat();
  if (!isAlike || left.length < generator) return null;
  return { halves: [first.flat().slice(-cpus), second.flat().slice(-cpus)], left };
}
