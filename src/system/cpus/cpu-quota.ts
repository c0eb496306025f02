/** How much CPU time the control groups of this process give it: the smallest of all from its own up to the root. */
import { groupPath, LEGACY_CPU, ROOT } from '../kernel/control-group.ts';
import { readProc } from '../kernel/proc-stat.ts';
import { textOf } from '../kernel/text-file.ts';

/** CPUs, as a fraction; null where there is no limit, or none to be seen. `groups`: text of /proc/self/cgroup. */
export function readCpuQuota(
  groups: string | null = readProc('self/cgroup'),
  root = ROOT,
): number | null {
  const { unified, legacy } = groupPath(groups);
  const folders = [
    ...upFrom(unified, [root, `${root}/unified`]),
    ...upFrom(
      legacy,
      LEGACY_CPU.map((controller) => `${root}/${controller}`),
    ),
  ];
  const quotas = folders.flatMap((folder) => quotaIn(folder) ?? []);
  return quotas.length === 0 ? null : Math.min(...quotas);
}

/** The group's folder and those above it. In a container its own group is mounted as the root, under whatever path it has outside. */
function upFrom(path: string | null, roots: readonly string[]): string[] {
  const names = (path ?? '').split('/').filter((name) => name !== '');
  return roots.flatMap((root) =>
    Array.from({ length: names.length + 1 }, (_, i) =>
      [root, ...names.slice(0, names.length - i)].join('/'),
    ),
  );
}

/** `cpu.max` of version 2: "100000 100000" or "max 100000"; two files of version 1, where -1 is no limit. */
function quotaIn(folder: string): number | null {
  const [quota = '', period = ''] = textOf(`${folder}/cpu.max`)?.split(/\s+/) ?? [
    textOf(`${folder}/cpu.cfs_quota_us`) ?? '',
    textOf(`${folder}/cpu.cfs_period_us`) ?? '',
  ];
  const cpus = Number(quota) / Number(period);
  return quota.trim() !== '' && Number.isFinite(cpus) && cpus > 0 ? cpus : null;
}
