/**
 * A file that travels from job to job with its digest: `measurement.json@sha256:…`, as images of containers are named. An
 * artifact is written by a job that also ran the change's code; an output of the job is not so easily changed.
 */
import { createHash } from 'node:crypto';
import { UserError } from '../messages/problem.ts';

const MARK = '@sha256:';

export interface DigestedFile {
  path: string;
  /** 64 hexadecimal digits; null when none was given, and then nothing is compared. */
  sha256: string | null;
}

/**
 * Throws a UserError for a digest that is none. An empty one is such: the job that was to pass it on did not, which must
 * not read as if nothing had been asked.
 */
export function splitDigest(given: string): DigestedFile {
  const at = given.lastIndexOf(MARK);
  if (at === -1) return { path: given, sha256: null };
  const path = given.slice(0, at);
  const sha256 = given.slice(at + MARK.length).toLowerCase();
  if (/^[0-9a-f]{64}$/.test(sha256)) return { path, sha256 };
  throw new UserError({
    where: path,
    message:
      sha256 === ''
        ? 'its digest is empty: the job that wrote the file did not pass `measurement-digest` on'
        : `${JSON.stringify(sha256.slice(0, 80))} is no SHA-256 digest: 64 hexadecimal digits`,
    hint: `give FILE${MARK}DIGEST with the output \`measurement-digest\` of the step that wrote it, or FILE alone`,
  });
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Throws a UserError when these are not the bytes that were promised. */
export function assertDigest({ path, sha256 }: DigestedFile, content: Uint8Array): void {
  if (sha256 === null) return;
  const found = sha256Of(content);
  if (found === sha256) return;
  throw new UserError({
    where: path,
    message: `is not the file that was promised: its SHA-256 is ${found}, and ${sha256} was given`,
    hint: 'something changed it on the way, or the digest is of another attempt; run both jobs again',
  });
}
