/** What docs/load-tools.md gives to copy. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CommandScenario } from '../../../src/config/experiment/scenario.ts';

export type Documented = Pick<CommandScenario, 'command' | 'output' | 'protocol'> & {
  engine: string;
  path?: string;
};

const guide = readFileSync(new URL('../../../docs/load-tools.md', import.meta.url), 'utf8');

/** The text of each fenced block of this language, in the page's order. */
export function blocks(language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...guide.matchAll(fence)].map(([, text]) => text as string);
}

/** All commands, with the names of their scenarios. */
export const documented = Object.entries(
  Object.assign(
    {},
    ...blocks('yaml').map((text) => parse(text).scenarios ?? parse(text)),
  ) as Record<string, Documented>,
).filter(([, { engine }]) => engine === 'command');
