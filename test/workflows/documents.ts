/** The workflows that the documents tell people to copy. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ownFile } from '../../src/system/program/runtime.ts';

export interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
export interface Concurrency {
  group: string;
}
export interface Job {
  needs?: string;
  concurrency?: Concurrency;
  if?: string;
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  steps: Step[];
}
export interface Workflow {
  on: unknown;
  permissions?: Record<string, string>;
  concurrency?: Concurrency;
  jobs: Record<string, Job>;
}

export interface Passage {
  /** `docs/workflows.md:34`: where the passage begins. */
  where: string;
  text: string;
  workflow: Workflow;
}

/** Every YAML passage of README and docs that has jobs, in order. */
export function workflowsInDocuments(): Passage[] {
  const pages = readdirSync(ownFile('docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  return ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', ...pages.sort()].flatMap(passagesOf);
}

function passagesOf(page: string): Passage[] {
  const content = readFileSync(ownFile(page), 'utf8');
  return [...content.matchAll(/^```ya?ml\n(.*?)^```/gms)].flatMap((match) => {
    const text = match[1] as string;
    if (!/^jobs:/m.test(text)) return [];
    const line = content.slice(0, match.index).split('\n').length;
    return [{ where: `${page}:${line}`, text, workflow: parse(text) as Workflow }];
  });
}
