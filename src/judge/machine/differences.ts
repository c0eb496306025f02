/** What of a machine is another than it was. */
import type { Environment } from '../../measure/observed/measurement.ts';
import { MACHINE_PARTS, type MachineDifference } from '../findings/difference.ts';

/** What of a machine is another now. */
export function machineDifferences(then: Environment, now: Environment): MachineDifference[] {
  return MACHINE_PARTS.flatMap((part) => {
    const [was, is] = [then[part], now[part]];
    return was === is ? [] : [{ of: 'machine' as const, part, was, is }];
  });
}
