/** Builds both arms. */

import { buildArm } from '../checkout/build.ts';
import type { Trees } from '../checkout/trees.ts';
import { fillServer } from '../config/placeholders.ts';
import type { ArmEnvironment } from '../measure/arm-environment.ts';
import { cureFor } from '../measure/cure.ts';
import { type Broken, withBroken } from '../measure/failure.ts';
import type { BuildTimes } from '../measure/own-programs.ts';
import { type Addresses, addressEnv } from '../measure/servers/addresses.ts';
import { sweep } from '../system/kill-strays.ts';
import type { Printed } from '../system/printed.ts';
import type { TreeWatch } from '../system/tree-watch.ts';
import type { Arm } from '../terms/arm.ts';
import type { GateRequest } from './request.ts';

export interface BuildTerms {
  addresses: Addresses;
  env: ArmEnvironment;
  marker: string;
  /** Hears of every build's end. */
  watch: Pick<TreeWatch, 'built'>;
  builds: Pick<BuildTimes, 'built'>;
}

/**
 * Builds every server in every tree, one after the other, before anything is measured. The result
 * maps a server to why some of its arms cannot be measured.
 */
export async function buildAll(
  { experiment, signal, emit }: GateRequest,
  trees: Trees,
  { addresses, env, marker, watch, builds }: BuildTerms,
): Promise<Broken> {
  let broken: Broken = new Map();
  for (const server of experiment.servers) {
    for (const [arm, tree] of Object.entries(trees.arms) as [Arm, { dir: string }][]) {
      if (server.build !== null) emit({ type: 'building', server: server.name, arm });
      const address = await addresses.of(server, arm);
      const values = { arm, dir: tree.dir, port: address.port, socket: address.socket ?? '' };
      const filled = fillServer(server, values);
      const result = await buildArm({
        server: { ...filled, env: env.own(arm, filled.env) },
        dir: tree.dir,
        env: { ...env.of(arm), ...addressEnv(address) },
        signal,
        output: (line) => emit({ type: 'build-line', server: server.name, arm, line }),
      });
      if (server.build !== null) {
        builds.built(server.name, arm);
        watch.built(arm);
        emit({ type: 'built', server: server.name, arm, ok: result.ok });
      }
      if (!result.ok && result.tail.length > 0) {
        const printed: Printed = { about: server.name, arm, by: 'build', lines: result.tail };
        emit({ type: 'printed', printed });
      }
      if (!result.ok) {
        const { kind, message, exitCode, tail } = result;
        const cure = cureFor({ exitCode, output: tail.join('\n') });
        const mark = `${kind} ${exitCode}`;
        broken = withBroken(broken, server.name, [
          { arm, stage: 'build', what: message, mark, cure },
        ]);
      }
    }
  }
  // Build daemons (Gradle, MSBuild, Bazel) would work on the servers' cores during the measurement.
  await sweep(marker);
  return broken;
}
