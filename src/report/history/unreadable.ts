/** What is told of a history that cannot be read, or not all of it. */
import { subjectName } from '../../config/experiment/experiment.ts';
import type { FoundPast, OfOthers } from '../../history/past-reading.ts';
import type { StoreError } from '../../history/stores/store.ts';

type Trouble = Pick<StoreError, 'message' | 'cure'>;

/** The run goes on without it, as long as base can be built. */
export function unreadableText({ message, cure }: Trouble): string {
  return `the history cannot be read (${message}), so there is nothing to compare with where base cannot be built${cure === null ? '' : `. To mend it: ${cure}`}`;
}

/** It could be read when the run began. */
export function lostMeanwhileText({ message }: Trouble): string {
  return `the history cannot be read any more (${message}), so head is compared with nothing; what this run finds is still to be kept there`;
}

/** The lines of one file; null where none is damaged. */
export function damagedText([first, ...others]: FoundPast['damaged'][number]): string | null {
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${first.path}, line ${first.number} ${first.reason}${more}; it is left out`;
}

/** `job`: of this run; null: it has no name. */
export function ofOthersText({ subject, runs, jobs }: OfOthers, job: string | null): string {
  const keys = jobs.map((one) => (one === null ? 'none' : `\`${one}\``)).join(', ');
  const own = job === null ? 'none' : `\`${job}\``;
  return `the ${runs} runs of ${subjectName(subject)} there are of several jobs by their \`comment-key\` (${keys}), and none has that of this run (${own}); so nobody knows which of them measured this server, and nothing is compared with them`;
}
