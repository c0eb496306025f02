/** What differs between two machines, one clause each. */
import type { MachineDifference } from '../../judge/findings/difference.ts';

export function differenceText({ part, was, is }: MachineDifference): string {
  return `${MACHINE_PARTS[part]} was ${was ?? 'unknown'}, is ${is ?? 'unknown'}`;
}

/** "kernel was 6.1, is 6.2; runner image was …" */
export function differencesText(differences: readonly MachineDifference[]): string {
  return differences.map(differenceText).join('; ');
}

/** Of a run that continues an attempt of another machine. */
export function otherMachineText(differences: readonly MachineDifference[]): string {
  return `this is another machine than that of the earlier attempt: ${differencesText(differences)}. What is compared still meets on one machine in every block, but changes may differ between machines`;
}

const MACHINE_PARTS: Record<MachineDifference['part'], string> = {
  os: 'operating system',
  kernel: 'kernel',
  cpuModel: 'CPU model',
  cpuCount: 'number of CPUs',
  runnerImage: 'runner image',
  node: 'Node.js (which runs the load generator)',
};
