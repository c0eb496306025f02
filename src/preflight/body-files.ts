/** Are the body files that the config was read with also in what is measured? */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Experiment } from '../config/experiment/experiment.ts';
import type { BodyFile, Scenario } from '../config/experiment/scenario.ts';
import { type Problem, UserError } from '../system/messages/problem.ts';

/**
 * Looks into the head's tree, where the load generator reads them: a file that git does not track, or
 * one with a change that was not committed, may not be there. Throws one UserError that names them all.
 */
export async function assertBodyFiles(
  { scenarios, subjects }: Pick<Experiment, 'scenarios' | 'subjects'>,
  headDir: string,
): Promise<void> {
  const measured = new Set(subjects.map(({ scenario }) => scenario));
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const scenario of scenarios) {
    for (const file of measured.has(scenario.name) ? bodyFilesOf(scenario) : []) {
      if (seen.has(file.path)) continue;
      seen.add(file.path);
      const problem = await problemWith(file, headDir);
      if (problem !== null) problems.push({ where: `scenario ${scenario.name}`, ...problem });
    }
  }
  if (problems.length > 0) throw new UserError(problems);
}

function bodyFilesOf(scenario: Scenario): BodyFile[] {
  if (scenario.kind === 'http') return scenario.requests.flatMap(({ bodyFile }) => bodyFile ?? []);
  const sent = scenario.kind === 'hold' ? scenario.request?.bodyFile : null;
  return sent ? [sent] : [];
}

async function problemWith(
  { path: name, sha256 }: BodyFile,
  headDir: string,
): Promise<Problem | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path.join(headDir, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      return { message: `the body file ${name} cannot be read: ${(error as Error).message}` };
    }
    return {
      message: `the body file ${name} is not in what is measured (not tracked by git?)`,
      hint: 'commit it; where uncommitted changes are measured too, have git no longer ignore it',
    };
  }
  if (createHash('sha256').update(bytes).digest('hex') === sha256) return null;
  return {
    message: `the body file ${name} is another one in what is measured (a change that is not committed?)`,
    hint: 'commit the change, or measure the state that the config was read from',
  };
}
