/** Whether the answers of both arms were compared, in one sentence: what was not looked at must not look right. */
import type { AnswersCompared } from '../../judge/verdict/verdict.ts';
import type { Work } from '../../terms/metric-terms.ts';
import { formatCount, plural } from '../wording/format.ts';

type WhyNot = Extract<AnswersCompared, { kind: 'not' }>['why'];

const WHY_NOT: Record<WhyNot, string> = {
  ignored: 'not compared, as the scenario says (`answers: ignore`)',
  echo: 'every message that came back was compared with what was sent',
  'fan-out':
    'not compared. What a fan-out delivers of a `message` is counted, and what it says is not looked at',
  'no-url':
    'not compared. Only the load tool knows what it asks: with `{url}` in its command, that is asked of both',
  'websocket-tool': 'not compared. Only the load tool knows its messages',
  'one-arm': 'not compared. Only head ran, so a wrong answer that is fast is not seen',
  'none-came': 'not compared. No question beside the load was answered in time by both',
};

export function answersText(answers: AnswersCompared, work: Work): string {
  if (answers.kind === 'not') return WHY_NOT[answers.why];
  const { by, kinds, compared, values, base, head } = answers;
  const what =
    by === 'url'
      ? 'a plain GET of `{url}`, which need not be what the load tool sends'
      : kinds === compared
        ? plural(kinds, `kind of ${work}`, `kinds of ${work}s`)
        : `${compared} of ${kinds} kinds of ${work}s, the most frequent ones`;
  const different =
    values === null || values <= compared ? '' : ` with ${formatCount(values)} different values`;
  return `compared: ${what}${different}, ${formatCount(base)} answers of base with ${formatCount(head)} of head`;
}
