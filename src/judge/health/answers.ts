/** Whether head answers what base does: a fast answer that is wrong is no improvement. */
import { askedAnswers } from '../../config/experiment/asked-answers.ts';
import { requestText } from '../../config/experiment/describe-load.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import { type AnswersObserved, ofFailedCode } from '../../measure/observed/answers.ts';
import type { SubjectMeasurement } from '../../measure/observed/measurement.ts';
import type { Finding } from '../findings/finding.ts';
import type { AnswersCompared } from '../verdict/verdict.ts';

/** Differences that a finding holds. */
const EXAMPLES = 5;

/** `isContest`: two servers are compared, which may well answer otherwise, and it is told all the same. */
export function answerFindings(
  { answers }: Pick<SubjectMeasurement, 'answers'>,
  scenario: Scenario,
  isContest: boolean,
): { doubts: Finding[]; warnings: Finding[] } {
  if (answers === undefined) return { doubts: [], warnings: [] };
  const { content, form, differences, kinds, compared } = answers;
  const examples = (of: 'content' | 'form') =>
    differences.filter((one) => one.of === of).slice(0, EXAMPLES);
  const isMeant = isContest || scenario.answers?.compare === 'may-differ';
  const found: Finding[] = [];
  if (content > 0) {
    found.push({
      code: 'answers-differ',
      severity: isMeant ? 'warning' : 'doubt',
      subject: null,
      data: { places: content, examples: examples('content'), kinds, compared },
    });
  }
  if (answers.byError !== undefined && answers.byError.length > 0) {
    const isDoubt = !isMeant && measuresErrors(answers, scenario);
    const data = { requests: answers.byError.slice(0, EXAMPLES) };
    const severity = isDoubt ? 'doubt' : 'warning';
    found.push({ code: 'answers-say-error', severity, subject: null, data });
  }
  if (form > 0) {
    const data = {
      places: form,
      examples: examples('form').map(({ request, at }) => ({ request, at })),
    };
    found.push({ code: 'answers-packed-otherwise', severity: 'warning', subject: null, data });
  }
  return {
    doubts: found.filter(({ severity }) => severity === 'doubt'),
    warnings: found.filter(({ severity }) => severity !== 'doubt'),
  };
}

/**
 * Whether what is measured is how fast both arms fail: where code that failed has written the answer, or where no kind of request is answered otherwise.
 * One kind of several may be meant so, and so may an answer whose body the user has written down.
 */
function measuresErrors(
  { byError = [], compared }: Pick<AnswersObserved, 'byError' | 'compared'>,
  scenario: Scenario,
): boolean {
  const unmeant = byError.filter(({ request }) => !isBodyNamed(request, scenario));
  if (unmeant.some(({ form }) => ofFailedCode(form))) return true;
  return unmeant.length > 0 && byError.length >= compared;
}

/** Several requests may read alike. */
function isBodyNamed(request: string, scenario: Scenario): boolean {
  if (scenario.kind !== 'http') return false;
  const own = scenario.requests.filter((one) => requestText(one) === request);
  return own.length > 0 && own.every(({ expect }) => expect.body !== null);
}

/** How far they were compared; nothing where nothing was measured. */
export function comparedAnswers(
  { answers, blocks }: Pick<SubjectMeasurement, 'answers' | 'blocks'>,
  scenario: Scenario,
  isPair: boolean,
): { answers?: AnswersCompared } {
  if (blocks.length === 0) return {};
  const asked = askedAnswers(scenario);
  if (asked.kind === 'not') return { answers: asked };
  if (!isPair) return { answers: { kind: 'not', why: 'one-arm' } };
  if (answers === undefined) return { answers: { kind: 'not', why: 'none-came' } };
  const { kinds, compared, values = null, answers: counts } = answers;
  return { answers: { kind: 'compared', by: asked.by, kinds, compared, values, ...counts } };
}
