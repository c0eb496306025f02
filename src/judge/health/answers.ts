/** Whether head answers what base does: a fast answer that is wrong is no improvement. */
import { askedAnswers } from '../../config/experiment/asked-answers.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
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
): { doubt: Finding | null; warnings: Finding[] } {
  if (answers === undefined) return { doubt: null, warnings: [] };
  const { content, form, differences, kinds, compared } = answers;
  const examples = (of: 'content' | 'form') =>
    differences.filter((one) => one.of === of).slice(0, EXAMPLES);
  const isMeant = isContest || scenario.answers?.compare === 'may-differ';
  const warnings: Finding[] = [];
  if (answers.byError !== undefined && answers.byError.length > 0) {
    const data = { requests: answers.byError.slice(0, EXAMPLES) };
    warnings.push({ code: 'answers-say-error', severity: 'warning', subject: null, data });
  }
  if (form > 0) {
    const data = {
      places: form,
      examples: examples('form').map(({ request, at }) => ({ request, at })),
    };
    warnings.push({ code: 'answers-packed-otherwise', severity: 'warning', subject: null, data });
  }
  if (content === 0) return { doubt: null, warnings };
  const doubt: Finding = {
    code: 'answers-differ',
    severity: isMeant ? 'warning' : 'doubt',
    subject: null,
    data: { places: content, examples: examples('content'), kinds, compared },
  };
  return isMeant ? { doubt: null, warnings: [doubt, ...warnings] } : { doubt, warnings };
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
