/** Those parts of the events' payloads that are read, and what is said when they are missing. Pure. */
import * as z from 'zod';
import { UserError } from '../system/messages/problem.ts';

export const Repo = z.object({ full_name: z.string(), default_branch: z.string().optional() });
export const Sha = z.string().regex(/^[0-9a-f]{40,64}$/, 'expected a full commit id');

export const PullRequestPayload = z.object({
  pull_request: z.object({
    number: z.int().positive(),
    base: z.object({ ref: z.string(), sha: Sha, repo: Repo }),
    head: z.object({ ref: z.string(), sha: Sha, repo: Repo.nullish() }),
  }),
});
export const PushPayload = z.object({
  before: Sha.optional(),
  after: Sha.optional(),
  /** What the push brought, oldest first. */
  commits: z
    .array(z.object({ id: Sha, message: z.string() }))
    .catch([])
    .default([]),
});
/** Of every event. */
export const AnyPayload = z.object({
  repository: z.object({ default_branch: z.string() }).optional().catch(undefined),
});
export const MergeGroupPayload = z.object({
  merge_group: z.object({ base_sha: Sha, head_sha: Sha, base_ref: z.string() }),
});
export const WorkflowRunPayload = z.object({
  workflow_run: z.object({
    head_sha: Sha,
    head_branch: z.string().nullish(),
    head_repository: Repo.nullish(),
  }),
});

export const IssueCommentPayload = z.object({
  issue: z.object({ number: z.int().positive(), pull_request: z.object({}).nullish() }),
  comment: z.object({
    author_association: z.string(),
    user: z.object({ login: z.string() }).nullish(),
  }),
});

export function parse<T>(schema: z.ZodType<T>, payload: unknown, eventName: string): T {
  const result = schema.safeParse(payload ?? {});
  if (result.success) return result.data;
  throw new UserError(
    result.error.issues.map((issue) => ({
      where: `event ${eventName}`,
      message: `${issue.path.join('.') || 'payload'}: ${issue.message}.`,
      hint: 'GITHUB_EVENT_PATH should name the file that the runner wrote for this event.',
    })),
  );
}
