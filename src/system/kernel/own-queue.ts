/** How long this process waited for a core, by Linux's `/proc/self/schedstat`. */
import { textOf } from './text-file.ts';

/**
 * Microseconds that this process's first thread was ready to run and another ran, since it began. Null off Linux, and
 * without CONFIG_SCHED_INFO. The file's numbers: on a CPU, waiting on a run queue (both in ns), how often it ran.
 */
export function ownQueuedUs(): number | null {
  const waitedNs = textOf('/proc/self/schedstat')?.split(' ')[1];
  return waitedNs === undefined ? null : Number(waitedNs) / 1000;
}
