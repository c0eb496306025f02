/**
 * When a run asks its arms for whole answers: of servers that are fresh, under load, and after it. Both arms are asked the
 * same, equally often, outside of what is measured. An answer that does not come is nobody's failure here: the load tells.
 */
import { askedAnswers } from '../../config/experiment/asked-answers.ts';
import { NOT_IN_TIME } from '../../load/question.ts';
import type { Arm } from '../../terms/arm.ts';
import { type Asked, NO_ANSWER } from '../answers/answer.ts';
import type { AnswerBook } from '../answers/book.ts';
import type { AskedArms } from '../arms/running-arms.ts';
import { askerFor } from '../asking/ask.ts';
import type { RunContext } from '../context/run-context.ts';
import { type Question, questionsFor } from './questions.ts';

/** Of fresh servers: what differs between them is what an arm answers now so and now so. */
const FRESH_ROUNDS = 3;
const ASKED_UNDER_LOAD = 4;
/** Of these, the same in each start. */
const ALWAYS_ASKED = 2;
/** Turns by this share of a circle come close to every point of it soon. */
const GOLDEN = 0.618_034;
/** How the system says that no connection could be opened from here. */
const OF_THIS_MACHINE = /EADDRNOTAVAIL|EADDRINUSE|EMFILE|ENFILE|ENOBUFS|ENOMEM/;
const PATIENCE = {
  askMs: 2000,
  underLoadMs: 500,
  freshMs: 5000,
  afterMs: 1000,
  elsewhereMs: 10_000,
};

/** Of a server that nobody has loaded yet. Its load must not be connected. */
export async function askFresh(context: RunContext, live: AskedArms, arm: Arm): Promise<void> {
  const questions = questionsOf(context, live, arm);
  const deadline = performance.now() + PATIENCE.freshMs;
  for (let round = 0; round < FRESH_ROUNDS; round++) {
    await askAll(context, live, arm, questions, deadline, 'unloaded');
  }
}

/** The same at the end of the pilot run, some seconds later: one that says "starting" with a good status at first says something else by then. */
export async function askLater(context: RunContext, live: AskedArms, arm: Arm): Promise<void> {
  const questions = questionsOf(context, live, arm);
  if (questions.length === 0) return;
  await context.generator.close(arm);
  const deadline = performance.now() + PATIENCE.afterMs;
  for (let round = 0; round < FRESH_ROUNDS; round++) {
    await askAll(context, live, arm, questions, deadline, 'later');
  }
}

/** After its load, whose connections are closed for it. */
export async function askAfter(context: RunContext, live: AskedArms, arm: Arm): Promise<void> {
  const questions = rotated(context, arm, questionsOf(context, live, arm));
  if (questions.length === 0) return;
  await context.generator.close(arm);
  await askAll(context, live, arm, questions, performance.now() + PATIENCE.afterMs);
}

/** Of base in head's place: everything once, as what is not asked there cannot be told from head's own. */
export async function askElsewhere(context: RunContext, live: AskedArms): Promise<void> {
  const questions = questionsOf(context, live, 'base');
  const deadline = performance.now() + PATIENCE.elsewhereMs;
  await askAll(context, live, 'base', questions, deadline, 'elsewhere');
}

/** While its connections are held, on one of their own. */
export async function askHeld(context: RunContext, live: AskedArms, arm: Arm): Promise<void> {
  const questions = rotated(context, arm, questionsOf(context, live, arm));
  await askAll(context, live, arm, questions, performance.now() + PATIENCE.afterMs);
}

/** While `load` loads the arm: a few, each on a connection that is closed at once. Settles as `load` does. */
export async function askUnderLoad<Result>(
  context: RunContext,
  live: AskedArms,
  arm: Arm,
  load: () => Promise<Result>,
): Promise<Result> {
  const questions = rotated(context, arm, questionsOf(context, live, arm));
  const loading = load();
  const asking = askApart(context, live, arm, questions.slice(0, ASKED_UNDER_LOAD));
  const [loaded] = await Promise.allSettled([loading, asking]);
  if (loaded.status === 'rejected') throw loaded.reason;
  return loaded.value;
}

/** None where nothing is to be compared. */
function questionsOf({ answers }: RunContext, live: AskedArms, arm: Arm): Question[] {
  const target = live.targets.get(arm);
  return answers === null || target === undefined ? [] : questionsFor(target);
}

/**
 * The most frequent ones first, each time: what is wrong in a part of an arm's starts only may be chance. Of the others from
 * one start to the next with another one first, so that all have their turn; both arms alike.
 */
function rotated({ answers }: RunContext, arm: Arm, questions: Question[]): Question[] {
  const always = questions.slice(0, ALWAYS_ASKED);
  const others = questions.slice(ALWAYS_ASKED);
  if (others.length === 0) return always;
  const turn = ((answers?.startsOf(arm) ?? 0) * GOLDEN) % 1;
  const start = Math.floor(turn * others.length);
  return [...always, ...others.slice(start), ...others.slice(0, start)];
}

/** One after the other on one connection, until the deadline, or until one is not answered. */
async function askAll(
  context: RunContext,
  live: AskedArms,
  arm: Arm,
  questions: readonly Question[],
  deadline: number,
  when: When = 'loaded',
): Promise<void> {
  const means = meansFor(context, live, arm, when);
  if (means === null) return;
  using asker = means.asker();
  for (const question of questions) {
    const left = deadline - performance.now();
    if (left <= 0 || context.signal.aborted) return;
    const answer = await asker.ask(means.prepare(question), Math.min(PATIENCE.askMs, left));
    if (!means.note(question, answer)) return;
  }
}

async function askApart(
  context: RunContext,
  live: AskedArms,
  arm: Arm,
  questions: readonly Question[],
): Promise<void> {
  const means = meansFor(context, live, arm);
  if (means === null) return;
  for (const question of questions) {
    if (context.signal.aborted) return;
    using asker = means.asker();
    const answer = await asker.ask(means.prepare(question), PATIENCE.underLoadMs);
    if (!means.note(question, answer)) return;
  }
}

/** Before its load, with it or after it, at the end of the pilot run, or in the place of the other arm. */
type When = 'unloaded' | 'loaded' | 'later' | 'elsewhere';

const AT: Partial<Record<When, 'first' | 'end'>> = { unloaded: 'first', later: 'end' };

function meansFor(
  { answers, signal }: RunContext,
  live: AskedArms,
  arm: Arm,
  when: When = 'loaded',
) {
  const target = live.targets.get(arm);
  const running = live.servers.get(arm);
  if (answers === null || target === undefined || running === undefined) return null;
  const asked = askedAnswers(target.scenario);
  if (asked.kind === 'not') return null;
  const book: AnswerBook = answers;
  return {
    asker: () => askerFor({ ...target, scenario: asked.scenario }, book.places),
    prepare: ({ prepared }: Question) =>
      prepared(when === 'elsewhere' ? book.asksElsewhere() : book.asks(arm)),
    /** False: ask no further. */
    note: (question: Question, asked: Asked): boolean => {
      const hasAnswered = typeof asked !== 'string';
      if (signal.aborted || (!hasAnswered && saysNothing(asked))) return false;
      const noted = {
        ...question,
        start: running.startedAtMs,
        ...(AT[when] !== undefined && { isAt: AT[when] }),
      };
      const answer = hasAnswered ? asked : NO_ANSWER;
      if (when === 'elsewhere') book.noteElsewhere(noted, answer);
      else book.note(arm, noted, answer);
      return hasAnswered;
    },
  };
}

/** One that did not come in time says nothing of the server: the machine may have been busy. Nor does one that could not be asked. */
export function saysNothing(why: string): boolean {
  return why.startsWith(NOT_IN_TIME) || OF_THIS_MACHINE.test(why);
}
