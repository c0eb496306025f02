/** What is still to be measured, in which order. Pure. */
import type { SelfTestRecord } from './record.ts';
import { blocksOfEach, blocksOfRun } from './turns.ts';

/** `run`: all doses in turn, measured to the end. `job`: the gate as it is, on one dose. */
export type Task =
  | { kind: 'run'; index: number; blocks: number }
  | { kind: 'job'; dose: string; index: number };

/**
 * A run, then the first of the whole jobs, and so on: what an interruption leaves is complete as far as it goes, and whatever
 * the machine does over the hours is spread over all of them. Whole jobs are for what nobody may be
 * accused of, and for the drop that the gate is there to find.
 */
export function schedule(record: SelfTestRecord, tolerance: number): Task[] {
  const { doses, blocks, jobs } = record;
  const runs = Math.ceil(blocks / blocksOfEach(record));
  const jobDoses = jobDosesOf(doses, tolerance);
  const tasks: Task[] = [];
  for (let index = 1; index <= Math.max(runs, jobs); index++) {
    if (index <= runs) tasks.push({ kind: 'run', index, blocks: blocksOfRun(record) });
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
