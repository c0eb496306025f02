/** A folder with files in it, for as long as a test needs it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Experiment } from '../../src/config/experiment/experiment.ts';
import type { HttpRequest } from '../../src/config/experiment/scenario.ts';
import { loadExperiment } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings/settings.ts';
import { UserError } from '../../src/system/messages/problem.ts';

export const CONFIG = '.github/throughput-gate.yml';

export async function repository(
  files: Record<string, string>,
): Promise<{ root: string } & AsyncDisposable> {
  const root = await mkdtemp(join(tmpdir(), 'throughput-gate-config-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}

/** Settings from plain texts; the origin is the flag of that name. */
export function flags(texts: Record<string, string>, only: string[] = []): Settings {
  const settings = Object.entries(texts).map(([name, value]) => [
    name,
    { value, origin: `--${name}` },
  ]);
  return {
    ...Object.fromEntries(settings),
    only: only.map((value) => ({ value, origin: '--only' })),
  };
}

/** The experiment of a repository that holds only this config file. */
export async function load(yaml: string, settings: Settings = {}) {
  return (await loadWhole(yaml, settings)).experiment;
}

/** With all that stands beside the experiment. */
export async function loadWhole(yaml: string, settings: Settings = {}) {
  await using folder = await repository({ [CONFIG]: yaml });
  return await loadExperiment({ root: folder.root, settings });
}

/** The requests of the first scenario, which must be an HTTP one. */
export function requestsOf({ scenarios }: Experiment): readonly HttpRequest[] {
  const [first] = scenarios;
  if (first?.kind !== 'http') throw new Error('the first scenario is no HTTP scenario');
  return first.requests;
}

/** The text of the UserError. Anything else, also success, is an error. */
export async function complaint(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error('there was no complaint');
}
