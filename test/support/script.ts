/** What a scripted backend answers: the behaviour of each arm, and of the machine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunnerObservation } from '../../src/measure/observed/measurement.ts';
import type { Arm } from '../../src/terms/arm.ts';

/** How one arm behaves. What is absent is `PLAIN`'s. */
export interface ArmScript {
  /** Requests or messages per second. */
  rate?: number;
  /** CPU time of a request. */
  cpuUs?: number;
  rssMib?: number;
  p50Us?: number;
  p90Us?: number;
  p99Us?: number;
  /** Share of the requests that are answered with status 500. */
  errors?: number;
  /** Of a hold: connections that are refused, and that are closed too early. */
  refused?: number;
  dropped?: number;
  /** Longest time without an answer in the unbroken phase. */
  stallMs?: number;
  /** It fails there, with these words. `block`: the index of the first block that fails. */
  fails?: { at: 'before' | 'pilot' | 'block'; block?: number; what?: string };
}

export interface Script {
  base?: ArmScript;
  head?: ArmScript;
  /** By `server/scenario`: what is another there. */
  subjects?: Record<string, Partial<Record<Arm, ArmScript>>>;
  /** The machine, in the first contact and in every block. */
  machine?: Partial<RunnerObservation>;
  /** By the number of the block that is measured, from 0 and counting those that are measured again: what is another there. */
  disturbed?: Record<number, Partial<RunnerObservation>>;
  /** Standard deviation of the blocks, as ln(ratio): equal steps up and down. */
  noise?: number;
  /** What a block takes of the job's time, over what was planned. */
  slowness?: number;
  /** What the profiler of each arm writes, file by file; a text: why it fails. */
  profiles?: Partial<Record<Arm, Record<string, string> | string>>;
  /** What each takes, by the backend's clock. */
  profileMs?: number;
  /** What a block takes in earnest, for tests that interrupt a run. */
  waitMs?: number;
}

export const PLAIN = {
  rate: 40_000,
  cpuUs: 20,
  rssMib: 50,
  p50Us: 400,
  p90Us: 700,
  p99Us: 1500,
  errors: 0,
  refused: 0,
  dropped: 0,
  stallMs: 5,
} as const satisfies ArmScript;

/** A file in the root of an arm's tree says how that arm behaves; in head's it may also say the rest of the script. */
export const SCRIPT_FILE = 'scripted-server.json';

export function scriptIn(dirs: Partial<Record<Arm, string>>): Script {
  const { base, head, ...rest } = readScript(dirs.head) as Script & ArmScript;
  const ofBase = readScript(dirs.base) as Script & ArmScript;
  return { ...rest, base: base ?? ofBase, head: head ?? rest };
}

export function readScript(dir: string | undefined): object {
  if (dir === undefined) return {};
  try {
    return JSON.parse(readFileSync(join(dir, SCRIPT_FILE), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
