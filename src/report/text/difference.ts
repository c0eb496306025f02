/** What differs between two measurements, one clause each. */
import type { Difference, MachineDifference } from '../../judge/findings/difference.ts';

export function differenceText(difference: Difference): string {
  switch (difference.of) {
    case 'machine':
      return `${MACHINE_PARTS[difference.part]} ${wasAndIs(difference, 'unknown')}`;
    case 'version':
      return `Throughput Gate ${wasAndIs(difference)}`;
    case 'cores':
      return `number of cores for the ${CORES_OF[difference.part]} ${wasAndIs(difference, 'not limited')}`;
    case 'scenario':
      return `the scenario of ${difference.name} has changed`;
    case 'pairs':
      return `the \`pairs\` of ${difference.name} were ${difference.was}, are ${difference.is}`;
    case 'rate':
      return `the rate at which the latency of ${difference.name} is measured was ${perSecond(difference.was)}, is ${perSecond(difference.is)}`;
    case 'engine':
      return `the load engine of ${difference.name} ${wasAndIs(difference, 'unknown')}`;
  }
}

/** "kernel was 6.1, is 6.2; runner image was …" */
export function differencesText(differences: readonly Difference[]): string {
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

const CORES_OF = { servers: 'servers', generator: 'load generator' };

type Fact = string | number | null;

function wasAndIs({ was, is }: { was: Fact; is: Fact }, missing = ''): string {
  return `was ${was ?? missing}, is ${is ?? missing}`;
}

function perSecond(rate: number | null): string {
  return rate === null ? 'none' : `${rate}/s`;
}
