/** The embedded Node.js server, which the self-test and the demo measure. */
import { cp } from 'node:fs/promises';
import { UserError } from '../system/messages/problem.ts';
import { ownFile } from '../system/program/runtime.ts';

/** @throws UserError where the program was installed without it */
export async function copyFixture(dir: string): Promise<void> {
  const fixture = ownFile('fixtures/node-http');
  try {
    await cp(fixture, dir, { recursive: true });
  } catch (error) {
    throw new UserError(
      {
        where: fixture,
        message: 'the embedded server is not there',
        hint: 'use a full checkout or package',
      },
      { cause: error },
    );
  }
}
