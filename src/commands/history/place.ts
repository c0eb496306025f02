/** Which history a subcommand works on: the flag's, else the config file's, else the usual branch of `origin`. */
import { rootAround } from '../../checkout/find.ts';
import { originAddress } from '../../checkout/origin-address.ts';
import { repositoryWritten } from '../../checkout/origin-repository.ts';
import { check } from '../../config/check/check.ts';
import { findConfigFile } from '../../config/files/find-file.ts';
import { readYaml } from '../../config/files/yaml-source.ts';
import { toProblems } from '../../config/mistakes/mistakes.ts';
import { get } from '../../config/mistakes/untyped.ts';
import { HISTORY_BRANCH, historyPlace } from '../../config/values/history-place.ts';
import { type NamedPlace, openStore } from '../../history/stores/open.ts';
import type { HistoryStore } from '../../history/stores/store.ts';
import { UserError } from '../../system/messages/problem.ts';

export interface PlaceFlags {
  /** As `gate.history` of the config file. */
  history?: string | undefined;
  config?: string | undefined;
}

/** @throws UserError for a place that is none, StoreError where it cannot be one */
export async function storeAsked(
  { history, config }: PlaceFlags,
  { cwd, env, signal }: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<HistoryStore> {
  const root = await rootAround(cwd, signal);
  const place =
    history === undefined
      ? ((await placeInFile(root ?? cwd, cwd, config)) ?? { kind: 'branch', name: HISTORY_BRANCH })
      : placeInFlag(history);
  const remote = root === null ? null : await originAddress(root, signal);
  return openStore(place, { cwd: root ?? cwd, env, remote, token: null, signal });
}

/** As it is written in the address of `origin`; null: that is not on github.com, or there is none. */
export async function repositoryAround(cwd: string, signal: AbortSignal): Promise<string | null> {
  const root = await rootAround(cwd, signal);
  const address = root === null ? null : await originAddress(root, signal);
  return address === null ? null : repositoryWritten(address, 'https://github.com');
}

function placeInFlag(value: string): NamedPlace {
  const { value: place, mistakes } = check(historyPlace, value);
  const [mistake] = mistakes;
  if (place !== null && place.kind !== 'none') return place;
  throw new UserError({
    where: '--history',
    message: mistake?.message ?? 'there is no history to look at in `none`',
    ...(mistake?.hint === undefined ? {} : { hint: mistake.hint }),
  });
}

/** Null where there is no file, or it names none. What else is wrong with it is not asked here. */
async function placeInFile(
  root: string,
  cwd: string,
  config: string | undefined,
): Promise<NamedPlace | null> {
  const asked = config === undefined ? undefined : { value: config, origin: '--config' };
  const file = await findConfigFile(root, cwd, asked);
  if (file === null) return null;
  const yaml = readYaml(file.text, file.name, () => false);
  const [broken] = toProblems(yaml.mistakes, yaml.source);
  if (yaml.value === undefined && broken !== undefined) throw new UserError(broken);
  const written = get(get(yaml.value, 'gate'), 'history');
  if (written === undefined) return null;
  const { value, mistakes } = check(historyPlace, written, ['gate', 'history']);
  if (value === null) throw new UserError(toProblems(mistakes, yaml.source));
  if (value.kind !== 'none') return value;
  throw new UserError({
    where: yaml.source.place(['gate', 'history'], 'value').where,
    message: '`gate.history` is `none`, so there is no history to look at',
    hint: 'name another one with --history',
  });
}
