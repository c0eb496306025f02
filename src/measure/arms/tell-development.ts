/** Looks at the programs of a server that is ready, and tells where it runs as its developers run it. */

import { whoseOf } from '../../config/experiment/contenders.ts';
import type { Server } from '../../config/experiment/server.ts';
import type { RunContext } from '../context/run-context.ts';
import { developmentIn, processesOf } from '../servers/development.ts';
import type { RunningServer } from '../servers/server.ts';

export function tellDevelopment(
  { remarks }: Pick<RunContext, 'remarks'>,
  server: Server,
  { arm, tree, cwd, start, form }: Pick<RunningServer, 'arm' | 'tree' | 'cwd' | 'start' | 'form'>,
): void {
  const found = developmentIn(processesOf(tree()), { folder: cwd, start, form });
  remarks.development(whoseOf(server, arm).about, found);
}
