/** The event's payload, as the runner leaves it in a file. */
import { readFileSync } from 'node:fs';
import { UserError } from '../system/messages/problem.ts';
import type { Env } from './event.ts';

/**
 * @returns the parsed file that GITHUB_EVENT_PATH names; `{}` when the variable is not set.
 * @throws UserError when the file is missing or is not JSON.
 */
export function readPayload(env: Env): unknown {
  const path = env.GITHUB_EVENT_PATH;
  if (!path) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UserError(
      {
        where: 'GITHUB_EVENT_PATH',
        message: `${path} cannot be read as JSON: ${(cause as Error).message}`,
        hint: 'The runner writes this file. A step before this one may have changed it.',
      },
      { cause },
    );
  }
}
