/** Builds both arms. */

import path from 'node:path';
import { buildArm } from '../checkout/build.ts';
import { armTree, placedArms, type Trees } from '../checkout/trees.ts';
import { armNames, forArm, rootFor, whoseOf } from '../config/experiment/contenders.ts';
import { fillServer } from '../config/fill/placeholders.ts';
import type { ArmEnvironment } from '../measure/context/arm-environment.ts';
import type { Broken } from '../measure/failures/arm-failure.ts';
import { cureFor } from '../measure/failures/cure-for.ts';
import { type Addresses, addressEnv } from '../measure/listening/addresses.ts';
import type { BuildTimes } from '../measure/programs/own-programs.ts';
import type { TreeWatch } from '../system/files/tree-watch.ts';
import { sweep } from '../system/processes/kill-strays.ts';
import { forEachProgram } from './programs.ts';
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
  { experiment, config, signal, emit }: GateRequest,
  trees: Trees,
  { addresses, env, marker, watch, builds }: BuildTerms,
): Promise<Broken> {
  const armsOf = () => placedArms(trees.arms).map(([arm]) => arm);
  const broken = await forEachProgram(experiment.servers, armsOf, async (server, arm) => {
    const own = forArm(server, arm);
    const { about, arm: shown } = whoseOf(server, arm);
    const dir = path.join(armTree(trees.arms, arm).dir, rootFor(server, arm));
    if (own.build !== null) emit({ type: 'building', server: about, arm: shown });
    const address = await addresses.of(own, arm);
    const name = armNames(server)[arm];
    const values = { arm: name, dir, port: address.port, socket: address.socket ?? '' };
    const filled = fillServer(own, values);
    const result = await buildArm({
      server: { ...filled, env: env.own(arm, filled.env) },
      dir,
      env: { ...env.of(arm), ...addressEnv(address) },
      signal,
      output: (line) => emit({ type: 'build-line', server: about, arm: shown, line }),
    });
    if (own.build !== null) {
      builds.built(about, arm);
      watch.built(arm);
      emit({ type: 'built', server: about, arm: shown, ok: result.ok });
    }
    if (result.ok) return [];
    const { kind, message, exitCode, tail } = result;
    if (tail.length > 0) {
      emit({ type: 'printed', printed: { about, arm: shown, by: 'build', lines: tail } });
    }
    const output = tail.join('\n');
    const cure = cureFor({ exitCode, output, isBuild: true, form: config.form });
    const mark = `${kind} ${exitCode}`;
    return [{ arm, name, stage: 'build', what: message, mark, cure }];
  });
  // Build daemons (Gradle, MSBuild, Bazel) would work on the servers' cores during the measurement.
  await sweep(marker);
  return broken;
}
