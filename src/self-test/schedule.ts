/** What is still to be measured, in which order. Pure. */
import type { SelfTestRecord } from './record.ts';

/** Blocks of one start of the gate: enough that its pilot run is little beside them. */
export const CHUNK = 10;

export type Task =
  | { kind: 'blocks'; dose: string; index: number; blocks: number }
  | { kind: 'job'; dose: string; index: number };

/**
 * All doses in turn, one chunk of each before the second of any: what an interruption leaves is complete as far as it
 * goes, and whatever the machine does over the hours is spread over all of them. Whole jobs are for what nobody may be
 * accused of, and for the drop that the gate is there to find.
 */
export function schedule({ doses, blocks, jobs }: SelfTestRecord, tolerance: number): Task[] {
  const chunks = Math.ceil(blocks / CHUNK);
  const jobDoses = jobDosesOf(doses, tolerance);
  const tasks: Task[] = [];
  for (let index = 1; index <= Math.max(chunks, jobs); index++) {
    for (const { name: dose } of index <= chunks ? doses : []) {
      const left = blocks - (index - 1) * CHUNK;
      tasks.push({ kind: 'blocks', dose, index, blocks: Math.min(CHUNK, left) });
    }
    for (const dose of index <= jobs ? jobDoses : []) tasks.push({ kind: 'job', dose, index });
  }
  return tasks;
}

/** Nothing injected, and the dose next to the tolerance. */
export function jobDosesOf(doses: SelfTestRecord['doses'], tolerance: number): string[] {
  const injected = doses.filter(({ asked }) => asked > 0);
  const distance = ({ asked }: { asked: number }) => Math.abs(asked - tolerance);
  const nearest = injected.toSorted((a, b) => distance(a) - distance(b))[0];
  const unchanged = doses.filter(({ asked }) => asked === 0);
  return [...unchanged, ...(nearest === undefined ? [] : [nearest])].map(({ name }) => name);
}
