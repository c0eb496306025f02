/**
 * What the figures of two runs must have in common before they may be compared, by name. Pure: from what a measurement says of
 * itself, so that it is the same wherever the file is judged.
 */
import path from 'node:path';
import { programsOf } from '../../config/experiment/contenders.ts';
import type { Experiment, SubjectId } from '../../config/experiment/experiment.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import { coresOfOne } from '../../system/cpus/cores.ts';
import { sha256Of } from '../../system/files/digest.ts';
import type { Cores } from '../../terms/core-sets.ts';
import type { Environment, Measurement } from '../observed/measurement.ts';
import { programsNamedIn } from './toolchains.ts';

export interface Fingerprint {
  /** Of all parts; hexadecimal. */
  readonly hash: string;
  readonly parts: Readonly<Record<string, string>>;
}

/** As much of a measurement as a fingerprint goes by: all of it is known before anything is built, let alone measured. */
export interface Unmeasured {
  readonly tool: Measurement['tool'];
  readonly environment: Environment;
  readonly experiment: Experiment;
  readonly plan: {
    readonly cores: Cores;
    /** Null: where the others are. */
    readonly subjects: readonly (SubjectId & { readonly cores: Cores | null })[];
  };
}

/** Long enough that no two of one history are the same by chance. */
const HASH_DIGITS = 16;
const UNKNOWN = 'unknown';

/** `calibrator`: its hash; null: none was loaded. */
export function fingerprintOf(
  { environment, tool, plan, experiment }: Unmeasured,
  subject: SubjectId,
  calibrator: string | null,
): Fingerprint {
  const server = experiment.servers.find(({ name }) => name === subject.server);
  const scenario = experiment.scenarios.find(({ name }) => name === subject.scenario);
  const own = plan.subjects.find(
    (one) => one.server === subject.server && one.scenario === subject.scenario,
  );
  const cores = own?.cores ?? plan.cores;
  const folder = path.posix.normalize(server?.workdir ?? '.').replace(/(?<=.)\/$/, '');
  const count = (list: readonly number[] | null | undefined) => list?.length ?? 'not limited';
  const parts = {
    ...machineParts(environment),
    cores: `servers ${count(coresOfOne(cores))}, load generator ${count(cores.generator)}`,
    programs: server === undefined ? '' : programsText(environment, server, scenario),
    tool: `${tool.name} ${tool.version}`,
    calibrator: calibrator === null ? 'none' : short(calibrator),
    scenario: scenario === undefined ? '' : loadHash(scenario),
    // Two folders are two servers, whatever both are called.
    ...(folder === '.' ? {} : { workdir: folder }),
  };
  return { hash: hashOf(parts), parts };
}

/** The same parts have the same hash, in whatever order they stand. */
export function hashOf(parts: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1));
  return short(sha256Of(JSON.stringify(sorted)));
}

/** Names of the parts that are not the same, sorted. */
export function differingParts(
  was: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  return [...names].filter((name) => was[name] !== is[name]).sort();
}

function machineParts(environment: Environment) {
  const { os, kernel, cpuModel, cpuCount, runnerImage, node, machine } = environment;
  return {
    cpu: cpuModel,
    'cpu-flags': machine?.flags ?? UNKNOWN,
    microcode: machine?.microcode ?? UNKNOWN,
    hypervisor: machine?.hypervisor ?? UNKNOWN,
    topology: machine?.topology ?? `${cpuCount} CPUs`,
    os,
    kernel,
    image: runnerImage ?? 'none',
    node,
  };
}

/** Versions of the compilers and runtimes that the server's commands name, and of what the load command names. */
function programsText(
  { programs = {} }: Environment,
  server: Server,
  scenario: Scenario | undefined,
): string {
  const commands = programsOf(server).flatMap(({ build, start }) => [build ?? '', start]);
  const load = scenario?.kind === 'command' ? [scenario.command] : [];
  const named = [...programsNamedIn(commands), ...programsNamedIn(load, 'load')];
  const names = [...new Set(named)].filter((name) => programs[name] !== undefined);
  return names.map((name) => `${name}: ${programs[name]}`).join('; ');
}

/**
 * Values that a file does not hold are left out, and what stands for them, which is another in each run: whoever changes a body
 * of the load alone must say so by another name of the scenario.
 */
function loadHash(scenario: Scenario): string {
  const { withheld: _, ...shown } = scenario;
  return short(sha256Of(JSON.stringify(sortedKeys(shown))));
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedKeys(inner)]));
}

function short(hash: string): string {
  return hash.slice(0, HASH_DIGITS);
}
