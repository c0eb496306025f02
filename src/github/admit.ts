/**
 * Before anything is built: what is this run about, and may the code that is checked out be run here? The one place that
 * decides whose code runs with which rights.
 */
import path from 'node:path';
import { type CheckedOut, readCheckedOut } from '../checkout/checked-out.ts';
import { originCure } from '../checkout/fetch-cure.ts';
import { repoRoot } from '../checkout/find.ts';
import { GitError } from '../checkout/git.ts';
import { makeScratchDir } from '../checkout/scratch-dir.ts';
import { credentialsIn } from '../checkout/settings.ts';
import { openClone } from '../checkout/trees.ts';
import { plainName } from '../report/markup/escape.ts';
import { shortCommit } from '../terms/short-commit.ts';
import { type Attribution, attributionOf } from './attribution.ts';
import { commentedPullRequest } from './comment-request.ts';
import { type Env, type EventContext, readEvent } from './event.ts';
import { readPayload } from './event-file.ts';
import { type ActionInputs, flagInput } from './inputs.ts';
import { judgeAttribution, refuseUnsafe, runsWithRights } from './safety.ts';

/**
 * What the run is about; of a comment on a pull request, that pull request.
 *
 * @throws UserError when the event is not understood, or is about code that may not be run with this job's rights
 */
export async function contextOf(env: Env, inputs: ActionInputs): Promise<EventContext> {
  const context = await commentedPullRequest(readEvent(env, readPayload(env)), inputs.token);
  refuseUnsafe(context);
  return context;
}

/**
 * @returns what was let pass because the user said so, in sentences
 * @throws UserError when the code that is checked out may not be run with this job's rights, or is not what the event is about
 */
export async function admit(
  context: EventContext,
  inputs: ActionInputs,
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<string[]> {
  const folder = inputs['head-dir'];
  // Folders that earlier steps prepared are the workflow's own affair where there is nothing to take.
  if (folder !== '' && !runsWithRights(context)) return [];
  const dir = path.resolve(cwd, folder);
  const found = await attributionAt(context, { dir, isFolder: folder !== '' }, inputs, signal);
  const warning =
    found.attribution === null
      ? null
      : judgeAttribution(context, found.attribution, {
          where: folder === '' ? 'HEAD' : 'input `head-dir`',
          isAllowed: flagInput(inputs, 'allow-unattributed-head'),
        });
  const warnings = [warning, found.elsewhere, persistedText(found.credentials)];
  return warnings.filter((message) => message !== null);
}

/** What the code may be run beside; null where nothing of the checkout's credentials is left. */
function persistedText(credentials: readonly string[]): string | null {
  if (credentials.length === 0) return null;
  return (
    `Git's settings hold credentials (${credentials.join(', ')}), which every build and server can read. ` +
    'actions/checkout leaves none with `persist-credentials: false`: missing commits are fetched with the input `token` all the same.'
  );
}

interface Found {
  /** Null where there is no commit to ask about: outside of a repository. */
  attribution: Attribution | null;
  /** What the user should know of it; null: nothing. */
  elsewhere: string | null;
  /** Settings of the checkout that hold some. */
  credentials: string[];
}

async function attributionAt(
  context: EventContext,
  { dir, isFolder }: { dir: string; isFolder: boolean },
  { token }: ActionInputs,
  signal: AbortSignal,
): Promise<Found> {
  if ((await repoRoot(dir, signal)) === null)
    return { attribution: null, elsewhere: null, credentials: [] };
  const { serverUrl: server } = context;
  const scratch = await makeScratchDir();
  try {
    const clone = await openClone(scratch.root, { cwd: dir, token, server, signal });
    const head = await readCheckedOut(clone, server);
    return {
      attribution: head === null ? null : await attribute(context, head, { isFolder, token }),
      elsewhere: head === null ? null : elsewhereText(context, head),
      credentials: credentialsIn(clone.user.settings),
    };
  } finally {
    await scratch.remove();
  }
}

/** Without a `ref`, actions/checkout takes the default branch there, whatever the other workflow ran for: its green says nothing of that. */
function elsewhereText(context: EventContext, head: CheckedOut): string | null {
  if (context.kind !== 'workflow_run') return null;
  const { headSha, headBranch, sha } = context;
  if (head.commit !== sha || head.commit === headSha) return null;
  const branch = headBranch === null ? '' : ` of ${plainName(headBranch)}`;
  return (
    `Commit ${shortCommit(head.commit)} is checked out and measured, and the run that started this one was for commit ` +
    `${shortCommit(headSha)}${branch}. To measure that one, give actions/checkout \`ref: \${{ github.event.workflow_run.head_sha }}\`.`
  );
}

async function attribute(
  context: EventContext,
  head: CheckedOut,
  { isFolder, token }: { isFolder: boolean; token: string },
): Promise<Attribution> {
  try {
    return await attributionOf(context, head, { isFolder });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const detail = `origin could not be asked: ${error.message}`;
    const cure = originCure(error.trouble, token);
    return { kind: 'unknown', commit: head.commit, detail, cure };
  }
}
