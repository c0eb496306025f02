/** Requests that failed among good ones, with what their server printed by then: it says why, most often. */
import type { ErrorSample } from '../../load/results.ts';
import { isUnanswered } from '../../load/shared/broken-answer.ts';
import { shownAnswer } from '../../load/unexpected.ts';
import { lastLines } from '../../system/output/output-file.ts';
import type { Arm } from '../../terms/arm.ts';
import { cureFor } from '../failures/cure-for.ts';
import type { Cure } from '../observed/cure.ts';
import type { RunningServer } from '../servers/server.ts';

export interface FailedRequest extends ErrorSample {
  /** What the server printed last: for a log only, and with one request of an arm alone. */
  lines?: readonly string[];
  /** What would mend it, where these lines or the answer's body have told it; absent: only the status is known. */
  cure?: Cure;
}

/** From here on the fault is the server's own. */
const SERVER_ERROR = 500;

/** The first failed request of each arm that was the server's own fault gets what that server printed. Order and number stay. */
export function withServerOutput(
  samples: readonly ErrorSample[],
  servers: ReadonlyMap<Arm, Pick<RunningServer, 'output' | 'form'>>,
): FailedRequest[] {
  const told = new Set<Arm>();
  return samples.map((sample) => {
    const { arm, answer, excerpt } = sample;
    const server = servers.get(arm);
    if (server === undefined || told.has(arm)) return sample;
    if (!isOwnFault(sample)) return sample;
    told.add(arm);
    const output = server.output();
    const lines = lastLines(output);
    // Others were answered well.
    const seen = { answer: answer && shownAnswer(answer), good: 1, form: server.form };
    const cure = cureFor({ ...seen, excerpt, output });
    const isKnown = cure !== null && cure.code !== cureFor(seen)?.code;
    return {
      ...sample,
      ...(lines.length === 0 ? {} : { lines }),
      ...(isKnown ? { cure } : {}),
    };
  });
}

function isOwnFault({ answer, message }: ErrorSample): boolean {
  return answer === null ? isUnanswered(message) : answer.status >= SERVER_ERROR;
}
