/** What to do about an answer of which the load takes no more. */
import type { Cure } from '../../measure/observed/cure.ts';

export function longAnswerText({
  part,
  bytes,
}: Extract<Cure, { code: 'answer-too-long' }>): string {
  const most = `${bytes / 1024} KiB`;
  if (part === 'chunks') {
    return `The load takes at most ${most} of what stands beside the body of a chunked answer (extensions of a chunk, trailers): have the server send less of it.`;
  }
  return `The load takes at most ${most} of headers in an answer, and most proxies take less (nginx: 4 or 8 KiB). Look for what makes them so long, most often cookies or a policy that lists each address, and have the server send shorter ones.`;
}
