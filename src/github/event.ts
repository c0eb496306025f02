/** What started this run, read from the runner's environment and the event's payload. Pure. */
import * as z from 'zod';
import { UserError } from '../system/messages/problem.ts';
import {
  AnyPayload,
  IssueCommentPayload,
  MergeGroupPayload,
  PullRequestPayload,
  PushPayload,
  parse,
  Repo,
  Sha,
  WorkflowRunPayload,
} from './payloads.ts';

/** What every run knows about itself. */
export interface RunFacts {
  /** As GitHub names it: `pull_request`, `pull_request_target`, `push`, `schedule`, … */
  eventName: string;
  owner: string;
  repo: string;
  runId: number | null;
  /** 1 for the first attempt. */
  runAttempt: number;
  /** `https://github.com`, or the address of an Enterprise server; no slash at the end. */
  serverUrl: string;
  apiUrl: string;
  workflow: string;
  job: string;
  /** Login of whoever or whatever caused the run; empty when unknown. */
  actor: string;
  /** GITHUB_SHA: the commit that `actions/checkout` takes by default; null outside a runner. */
  sha: string | null;
  ref: string | null;
  /** Of the repository that the workflow runs in; null where the event does not say. */
  defaultBranch: string | null;
}

export interface PullRequestEvent {
  kind: 'pull_request';
  number: number;
  baseRef: string;
  baseSha: string;
  headRef: string;
  /** Tip of the pull request's branch: what people call "the commit". */
  headSha: string;
  baseRepo: string;
  /** `owner/name`; null when the fork was deleted. */
  headRepo: string | null;
  isFork: boolean;
  /** GITHUB_SHA is GitHub's own merge of head into base, whose first parent is the base. */
  shaIsMerge: boolean;
  /** That merge, as far as it is known. */
  mergeSha: string | null;
}

/**
 * A comment on a pull request, such as `/benchmark`. The payload says nothing of the pull request but its number; the
 * run holds this repository's rights, whoever wrote the comment.
 */
export interface PullRequestCommentEvent {
  kind: 'pull_request_comment';
  number: number;
  /** Login of whoever wrote it. */
  commenter: string;
  /** GitHub's word for what that person is to the repository: OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, NONE, … */
  association: string;
}

export interface PushEvent {
  kind: 'push';
  /** The branch's tip before; null for a new branch. */
  before: string | null;
  after: string;
  /** Null for a tag. */
  branch: string | null;
  isDefaultBranch: boolean;
  /** What it brought, oldest first; GitHub may leave some out. */
  commits: { id: string; message: string }[];
}

export interface MergeGroupEvent {
  kind: 'merge_group';
  baseSha: string;
  headSha: string;
  baseRef: string;
}

/** A workflow that ran because another one ended. It holds this repository's rights. */
export interface WorkflowRunEvent {
  kind: 'workflow_run';
  headSha: string;
  headBranch: string | null;
  headRepo: string | null;
  isFork: boolean;
}

/** `workflow_dispatch`, `schedule` and everything else: only `sha` is known. */
export interface OtherEvent {
  kind: 'other';
  /** The run's ref is the default branch. */
  isDefaultBranch: boolean;
}

type EventKind =
  | PullRequestEvent
  | PullRequestCommentEvent
  | PushEvent
  | MergeGroupEvent
  | WorkflowRunEvent
  | OtherEvent;

/** The run of the workflow, and the event that started it. */
export type EventContext = RunFacts & EventKind;

/** `process.env`, or a stand-in. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * @param payload the parsed event file; `{}` when there is none.
 * @throws UserError naming each piece that is missing for this kind of event.
 */
export function readEvent(env: Env, payload: unknown): EventContext {
  const facts = readFacts(env, payload);
  return { ...facts, ...readKind(facts, payload) };
}

/** Address of this run's page; null outside a runner. */
export function runUrl({ serverUrl, owner, repo, runId, runAttempt }: RunFacts): string | null {
  if (runId === null) return null;
  return `${serverUrl}/${owner}/${repo}/actions/runs/${runId}/attempts/${runAttempt}`;
}

function readFacts(env: Env, payload: unknown): RunFacts {
  const [owner, repo] = repositoryName(env, payload);
  return {
    eventName: env.GITHUB_EVENT_NAME || 'unknown',
    owner,
    repo,
    runId: positiveInteger(env.GITHUB_RUN_ID),
    runAttempt: positiveInteger(env.GITHUB_RUN_ATTEMPT) ?? 1,
    serverUrl: withoutSlash(env.GITHUB_SERVER_URL || 'https://github.com'),
    apiUrl: withoutSlash(env.GITHUB_API_URL || 'https://api.github.com'),
    workflow: env.GITHUB_WORKFLOW || '',
    job: env.GITHUB_JOB || '',
    actor: env.GITHUB_ACTOR || '',
    sha: env.GITHUB_SHA || null,
    ref: env.GITHUB_REF || null,
    defaultBranch: defaultBranchOf(env, payload),
  };
}

function defaultBranchOf({ GITHUB_EVENT_NAME, GITHUB_REF }: Env, payload: unknown): string | null {
  const named = AnyPayload.safeParse(payload).data?.repository?.default_branch;
  // A schedule runs there and nowhere else.
  return named ?? (GITHUB_EVENT_NAME === 'schedule' ? branchOf(GITHUB_REF ?? null) : null);
}

function repositoryName(env: Env, payload: unknown): [owner: string, repo: string] {
  const payloadName = z.object({ repository: Repo }).safeParse(payload).data?.repository.full_name;
  const name = env.GITHUB_REPOSITORY || payloadName || '';
  const [owner, repo, ...more] = name.split('/');
  if (owner && repo && more.length === 0) return [owner, repo];
  throw new UserError({
    where: 'GITHUB_REPOSITORY',
    message: `expected "owner/name", found ${name === '' ? 'nothing' : JSON.stringify(name)}.`,
    hint: 'A GitHub runner sets it. Outside a runner, use the command line: throughput-gate run --base REF.',
  });
}

function positiveInteger(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d*$/.test(text) ? Number(text) : null;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function readKind(facts: RunFacts, payload: unknown): EventKind {
  const { eventName } = facts;
  if (eventName === 'push') return readPush(facts, parse(PushPayload, payload, eventName));
  if (eventName === 'merge_group')
    return readMergeGroup(parse(MergeGroupPayload, payload, eventName));
  if (eventName === 'workflow_run') {
    return readWorkflowRun(facts, parse(WorkflowRunPayload, payload, eventName));
  }
  if (eventName === 'issue_comment') {
    return readComment(facts, parse(IssueCommentPayload, payload, eventName));
  }
  // Reviews and their comments carry the same `pull_request`, and the same merge commit.
  const carriesPullRequest = z.object({ pull_request: z.object({}) }).safeParse(payload).success;
  if (eventName.startsWith('pull_request') || carriesPullRequest) {
    return readPullRequest(facts, parse(PullRequestPayload, payload, eventName));
  }
  return readOther(facts);
}

function readOther({ ref, defaultBranch }: RunFacts): OtherEvent {
  return { kind: 'other', isDefaultBranch: isOf(ref, defaultBranch) };
}

function isOf(ref: string | null, branch: string | null): boolean {
  return branch !== null && branchOf(ref) === branch;
}

function branchOf(ref: string | null): string | null {
  return ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
}

function readPullRequest(
  { sha, ref }: RunFacts,
  { pull_request: pr }: z.infer<typeof PullRequestPayload>,
): PullRequestEvent {
  // Not by the payload's `merge_commit_sha`: GitHub may compute that one later, or again.
  const shaIsMerge = ref === `refs/pull/${pr.number}/merge` && sha !== null && sha !== pr.head.sha;
  return { ...pullRequestFacts(pr), shaIsMerge, mergeSha: shaIsMerge ? sha : null };
}

/**
 * The pull request that somebody commented on, as GitHub's API describes it.
 *
 * @throws UserError when the answer is not what the API is documented to give.
 */
export function asPullRequest(facts: RunFacts, answer: unknown): EventContext {
  const asked = { pull_request: answer };
  const { pull_request: pr } = parse(PullRequestPayload, asked, facts.eventName);
  const mergeSha = z.object({ merge_commit_sha: Sha }).safeParse(answer).data?.merge_commit_sha;
  return { ...facts, ...pullRequestFacts(pr), shaIsMerge: false, mergeSha: mergeSha ?? null };
}

function pullRequestFacts(
  pr: z.infer<typeof PullRequestPayload>['pull_request'],
): Omit<PullRequestEvent, 'shaIsMerge' | 'mergeSha'> {
  const baseRepo = pr.base.repo.full_name;
  const headRepo = pr.head.repo?.full_name ?? null;
  return {
    kind: 'pull_request',
    number: pr.number,
    baseRef: pr.base.ref,
    baseSha: pr.base.sha,
    headRef: pr.head.ref,
    headSha: pr.head.sha,
    baseRepo,
    headRepo,
    isFork: headRepo !== baseRepo,
  };
}

function readComment(
  facts: RunFacts,
  { issue, comment }: z.infer<typeof IssueCommentPayload>,
): PullRequestCommentEvent | OtherEvent {
  if (!issue.pull_request) return readOther(facts);
  return {
    kind: 'pull_request_comment',
    number: issue.number,
    commenter: comment.user?.login ?? 'a deleted account',
    association: comment.author_association,
  };
}

function readPush(
  { sha, ref, defaultBranch }: RunFacts,
  payload: z.infer<typeof PushPayload>,
): PushEvent {
  const after = sha ?? payload.after;
  if (after === undefined) {
    throw new UserError({ where: 'event push', message: 'neither GITHUB_SHA nor `after` is set.' });
  }
  const before = payload.before;
  return {
    kind: 'push',
    before: before === undefined || /^0+$/.test(before) ? null : before,
    after,
    branch: branchOf(ref),
    isDefaultBranch: isOf(ref, defaultBranch),
    commits: payload.commits,
  };
}

function readMergeGroup({ merge_group: g }: z.infer<typeof MergeGroupPayload>): MergeGroupEvent {
  return { kind: 'merge_group', baseSha: g.base_sha, headSha: g.head_sha, baseRef: g.base_ref };
}

function readWorkflowRun(
  { owner, repo }: RunFacts,
  { workflow_run: run }: z.infer<typeof WorkflowRunPayload>,
): WorkflowRunEvent {
  const headRepo = run.head_repository?.full_name ?? null;
  return {
    kind: 'workflow_run',
    headSha: run.head_sha,
    headBranch: run.head_branch ?? null,
    headRepo,
    isFork: headRepo !== `${owner}/${repo}`,
  };
}
