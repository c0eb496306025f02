/** What is done once with every program: a contender that stands in several pairs is built and prepared only once in each arm. */
import { whoseOf } from '../config/experiment/contenders.ts';
import type { Server } from '../config/experiment/server.ts';
import { type ArmFailure, type Broken, withBroken } from '../measure/failures/arm-failure.ts';
import type { Arm } from '../terms/arm.ts';

/** `act` gives what failed. The result: by server, which of its arms cannot be measured. */
export async function forEachProgram(
  servers: readonly Server[],
  armsOf: (server: Server) => readonly Arm[],
  act: (server: Server, arm: Arm) => Promise<readonly ArmFailure[]>,
): Promise<Broken> {
  const done = new Map<string, readonly ArmFailure[]>();
  let broken: Broken = new Map();
  for (const server of servers) {
    for (const arm of armsOf(server)) {
      const key = `${whoseOf(server, arm).about}/${arm}`;
      const failures = done.get(key) ?? (await act(server, arm));
      done.set(key, failures);
      broken = withBroken(broken, server.name, failures);
    }
  }
  return broken;
}
