/** The hidden first line by which a comment is found again. Pure. */
import type { RunFacts } from './event.ts';

/**
 * An HTML comment that GitHub does not show. It comes first in the body, so that no cut can lose it.
 * The key is encoded: whatever it holds, it cannot end the comment.
 */
export function markerOf(key: string): string {
  return `<!-- throughput-gate key=${encodeURIComponent(key.toWellFormed()).replaceAll('-', '%2D')} -->`;
}

/**
 * One comment per workflow and job. The legs of a matrix share both names, so there the input
 * `comment-key` must tell them apart.
 */
export function defaultKey({ workflow, job }: Pick<RunFacts, 'workflow' | 'job'>): string {
  return [workflow, job].filter((part) => part !== '').join(' / ') || 'default';
}
