/** What all subjects of a run share: folders, cores, ports, the generator. */
import path from 'node:path';
import type { Arm, Server } from '../config/experiment.ts';
import { fillServer } from '../config/placeholders.ts';
import type { Cores } from '../plan/plan.ts';
import type { Generator } from './load/protocol.ts';
import type { Ports } from './servers/ports.ts';
import { type RunningServer, startServer } from './servers/server.ts';

export interface Workbench {
  /** Roots of the built trees. */
  dirs: Partial<Record<Arm, string>>;
  cores: Cores;
  generator: Generator;
  /** Environment for everything that is started. */
  env: NodeJS.ProcessEnv;
  /** Folder for the servers' output. */
  logs: string;
  /** Beginning of every marker of this run. */
  marker: string;
  ports: Ports;
  starts: number;
  signal: AbortSignal;
}

/** The server as one arm sees it, placeholders filled. */
export async function serverOf(
  bench: Workbench,
  server: Server,
  arm: Arm,
): Promise<{ server: Server; cwd: string; port: number; dir: string }> {
  const dir = bench.dirs[arm] as string;
  const port = await bench.ports.of(server.name, arm);
  const filled = fillServer(server, { port, arm, dir });
  return { server: filled, cwd: path.join(dir, filled.workdir), port, dir };
}

export async function startArm(bench: Workbench, server: Server, arm: Arm): Promise<RunningServer> {
  const { server: filled, cwd, port } = await serverOf(bench, server, arm);
  bench.starts += 1;
  return await startServer({
    server: filled,
    arm,
    cwd,
    port,
    cores: bench.cores.servers,
    env: bench.env,
    logFile: path.join(bench.logs, `${server.name}-${arm}.log`),
    // Always equally long, as the ports are: the size of the environment moves results.
    marker: `${bench.marker}${String(bench.starts).padStart(6, '0')}.`,
  });
}
