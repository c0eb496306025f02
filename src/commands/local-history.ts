/** The history of a run on the command line: may it write, and by what right? */
import { rootAround } from '../checkout/find.ts';
import { askGit } from '../checkout/git.ts';
import { originAddress } from '../checkout/origin-address.ts';
import type { HistoryPlace } from '../config/values/history-place.ts';
import { readEvent } from '../github/event.ts';
import { readPayload } from '../github/event-file.ts';
import { historyWriter } from '../github/history-writer.ts';
import { refusedText } from '../report/history/told.ts';
import { openHistory, type RunHistory, type Writer } from '../run/history.ts';
import { UserError } from '../system/messages/problem.ts';

type Env = Readonly<Record<string, string | undefined>>;

interface Asked {
  readonly signal: AbortSignal;
  /** Whether the flags say what base is. */
  readonly namesBase: boolean;
  /** Whether a flag says where the history is; else the config file does. */
  readonly isByFlag: boolean;
  /** Nothing is measured, so that no right to write is needed. */
  readonly onlyLooks?: boolean;
  readonly env?: Env;
}

/** @param dir of what is measured as head */
export async function localHistory(
  place: HistoryPlace,
  dir: string,
  { signal, namesBase, isByFlag, onlyLooks = false, env = process.env }: Asked,
): Promise<RunHistory | null> {
  if (place.kind === 'none') return null;
  const root = await rootAround(dir, signal);
  const remote = root === null ? null : await originAddress(root, signal);
  const surroundings = { cwd: root ?? dir, env, remote, token: null, signal };
  const writer = await localWriter(root, { env, signal, namesBase });
  // A file that the team shares speaks for its jobs, and must not make everybody's trials a part of what all are compared with.
  const isMeant = isByFlag || isJob(env) || writer.kind !== 'writes';
  const own: Writer = isMeant ? writer : { kind: 'reads-only', why: 'not-asked' };
  return openHistory(place, own, surroundings, { onlyLooks });
}

/**
 * What holds for a run holds in every job for what else writes a history, whatever is written. At their desk people decide for themselves: they
 * have cloned the repository, and have the rights that the store asks for.
 *
 * @throws UserError
 */
export async function assertMayWriteHistory(
  what: string,
  dir: string,
  signal: AbortSignal,
  env: Env = process.env,
): Promise<void> {
  if (!isJob(env)) return;
  const root = await rootAround(dir, signal);
  const writer = await localWriter(root, { env, signal, namesBase: false });
  // Nothing is measured, so it does not matter what is uncommitted.
  if (writer.kind === 'writes' || writer.why === 'not-clean') return;
  throw new UserError({ where: what, message: refusedText(writer.why), hint: WHO_WRITES });
}

const WHO_WRITES =
  'do it in a job of the default branch (a push, a schedule, a manual run of it), or in a clone of your own';

/** Set by every service but a few, which have one of their own: Azure Pipelines, TeamCity and old ones of Jenkins. */
const SERVICES = ['CI', 'GITHUB_ACTIONS', 'TF_BUILD', 'TEAMCITY_VERSION', 'JENKINS_URL'];

function isJob(env: Env): boolean {
  return isPullRequest(env) || SERVICES.some((name) => isSet(env[name]));
}

/** On GitHub by the event; elsewhere by the repository, unless the service says that it is a pull request. */
async function localWriter(
  root: string | null,
  { env, signal, namesBase }: Pick<Asked, 'signal' | 'namesBase'> & { env: Env },
): Promise<Writer> {
  if (env.GITHUB_ACTIONS === 'true') {
    return historyWriter(readEvent(env, readPayload(env)), { commentKey: '', namesBase });
  }
  if (isPullRequest(env)) return { kind: 'reads-only', why: 'pull-request' };
  const writes: Writer = {
    kind: 'writes',
    origin: { before: null, pulls: [], run: null, namesBase },
    commit: null,
  };
  // A plain folder has no commit, which is told at the end.
  if (root === null) return writes;
  const ask = (...args: string[]) => askGit(root, args, { signal });
  if ((await ask('status', '--porcelain', '--untracked-files=no')) !== '') {
    return { kind: 'reads-only', why: 'not-clean' };
  }
  const head = await ask('rev-parse', 'HEAD');
  const branch = await ask('symbolic-ref', '--quiet', '--short', 'HEAD');
  const named = await ask('symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD');
  const names = named === null ? ['main', 'master'] : [named.replace(/^origin\//, '')];
  const found = await Promise.all(
    names.map((name) => ask('rev-parse', '--verify', '--quiet', `refs/remotes/origin/${name}`)),
  );
  const tips = found.filter((tip) => tip !== null);
  // A service checks a commit out, and no branch.
  const isDefault = branch === null ? tips.includes(head ?? '') : names.includes(branch);
  if (!isDefault) return { kind: 'reads-only', why: 'other-branch' };
  // What nobody else has was not accepted by anybody, and an old commit would stand as the newest run.
  const isAtTip = tips.length === 0 || tips.includes(head ?? '');
  return isAtTip ? { ...writes, commit: head } : { kind: 'reads-only', why: 'not-pushed' };
}

/** Set by GitLab, Jenkins, Bitbucket, CircleCI, Azure, Drone and Woodpecker; by Buildkite and Travis always, then to `false`. */
const PULL_REQUEST = [
  'CI_MERGE_REQUEST_IID',
  'CHANGE_ID',
  'BITBUCKET_PR_ID',
  'CIRCLE_PULL_REQUEST',
  'SYSTEM_PULLREQUEST_PULLREQUESTID',
  'DRONE_PULL_REQUEST',
  'CI_COMMIT_PULL_REQUEST',
  'BUILDKITE_PULL_REQUEST',
  'TRAVIS_PULL_REQUEST',
];

function isPullRequest(env: Env): boolean {
  return PULL_REQUEST.some((name) => isSet(env[name]));
}

function isSet(value: string | undefined): boolean {
  return !['', 'false', undefined].includes(value);
}
