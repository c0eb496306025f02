/** Opens what measuring needs. */

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Trees } from '../checkout/trees.ts';
import type { Server } from '../config/experiment.ts';
import { startGenerator } from '../load/pool.ts';
import type { ArmEnvironment } from '../measure/arm-environment.ts';
import { releaseServers } from '../measure/campaign.ts';
import { boundLogs } from '../measure/logs.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { BuildTimes } from '../measure/own-programs.ts';
import type { Addresses } from '../measure/servers/addresses.ts';
import type { Workbench } from '../measure/workbench.ts';
import type { Cleanup } from '../system/cleanup.ts';
import { pinSelf } from '../system/cores.ts';
import type { Arm } from '../terms/arm.ts';
import type { GateRequest } from './request.ts';

interface Started {
  env: ArmEnvironment;
  marker: string;
  addresses: Addresses;
  builds: BuildTimes;
  undo: Cleanup;
  /** Servers with the arms whose builds succeeded. */
  built: readonly { server: Server; arms: readonly Arm[] }[];
}

/**
 * Starts the generator and gathers what all subjects share. `undo` gets what must be undone, the
 * `after` commands among it, whatever happens later.
 */
export async function openWorkbench(
  { signal, emit, configFrom }: GateRequest,
  trees: Trees,
  { plan, injection }: Measurement,
  { env, marker, addresses, builds, undo, built }: Started,
): Promise<Workbench> {
  if (plan.cores.note !== null) emit({ type: 'warning', subject: null, message: plan.cores.note });
  undo.defer(pinSelf(plan.cores));
  const logs = path.join(trees.root, 'logs');
  mkdirSync(logs, { recursive: true });
  undo.use(boundLogs(logs, (message) => emit({ type: 'warning', subject: null, message })));
  const dirs: Workbench['dirs'] = {};
  for (const [arm, tree] of Object.entries(trees.arms)) dirs[arm as Arm] = tree.dir;
  const generator = undo.use(await startGenerator({ cores: plan.cores.generator, signal }));
  const bench: Workbench = {
    dirs,
    loadDir: dirs[configFrom ?? 'head'] as string,
    cores: plan.cores,
    generator,
    env,
    logs,
    marker,
    addresses,
    builds,
    starts: { count: 0 },
    injection,
    printed: (printed) => emit({ type: 'printed', printed }),
    signal,
  };
  undo.defer(async () => {
    const troubles = await releaseServers(bench, built);
    for (const message of troubles) emit({ type: 'warning', subject: null, message });
  });
  return bench;
}
