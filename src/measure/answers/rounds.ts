/**
 * When a run asks its arms for whole answers: of servers that are fresh, under load, and after it. Both arms are asked the
 * same, equally often, outside of what is measured. An answer that does not come is nobody's failure here: the load tells.
 */
import { requestText } from '../../config/describe-load.ts';
import type { HttpRequest, HttpScenario } from '../../config/scenario.ts';
import { type PreparedRequest, RequestSequence } from '../../load/sequence.ts';
import type { Target } from '../../load/target.ts';
import type { Arm } from '../../terms/arm.ts';
import type { RunContext } from '../run-context.ts';
import type { LiveArms } from '../running-arms.ts';
import { type Asked, NO_ANSWER, NOT_IN_TIME } from './answer.ts';
import { askerFor } from './ask.ts';
import type { AnswerBook } from './book.ts';

/** Kinds of requests that are compared, the most frequent ones first. */
export const KINDS_AT_MOST = 64;
/** Of fresh servers: what differs between them is what an arm answers now so and now so. */
const FRESH_ROUNDS = 3;
const ASKED_UNDER_LOAD = 4;
/** Of these, the same in each start. */
const ALWAYS_ASKED = 2;
const PATIENCE = { askMs: 2000, underLoadMs: 500, freshMs: 5000, afterMs: 1000 };

interface Question {
  key: string;
  kind: number;
  /** As reports show it. */
  request: string;
  /** `asked`: how often this arm was asked before, so that both get the same new values. */
  prepared: (asked: number) => PreparedRequest;
}

/** Far from the numbers of the load's own requests: a new name must be new. */
const FIRST_NUMBER = 1_000_000_000;

/** Of a server that nobody has loaded yet. Its load must not be connected. */
export async function askFresh(context: RunContext, live: LiveArms, arm: Arm): Promise<void> {
  const questions = questionsFor(context, live, arm);
  const deadline = performance.now() + PATIENCE.freshMs;
  for (let round = 0; round < FRESH_ROUNDS; round++) {
    await askAll(context, live, arm, questions, deadline);
  }
}

/** After its load, whose connections are closed for it. */
export async function askAfter(context: RunContext, live: LiveArms, arm: Arm): Promise<void> {
  const questions = rotated(context, arm, questionsFor(context, live, arm));
  if (questions.length === 0) return;
  await context.generator.close(arm);
  await askAll(context, live, arm, questions, performance.now() + PATIENCE.afterMs);
}

/** While `load` loads the arm: a few, each on a connection that is closed at once. Settles as `load` does. */
export async function askUnderLoad<Result>(
  context: RunContext,
  live: LiveArms,
  arm: Arm,
  load: () => Promise<Result>,
): Promise<Result> {
  const questions = rotated(context, arm, questionsFor(context, live, arm));
  const loading = load();
  const asking = askApart(context, live, arm, questions.slice(0, ASKED_UNDER_LOAD));
  const [loaded] = await Promise.allSettled([loading, asking]);
  if (loaded.status === 'rejected') throw loaded.reason;
  return loaded.value;
}

/** None where nothing is to be compared. */
function questionsFor({ answers }: RunContext, live: LiveArms, arm: Arm): Question[] {
  const target = live.targets.get(arm);
  if (answers === null || target === undefined || target.scenario.kind !== 'http') return [];
  const before = known.get(target);
  if (before !== undefined) return before;
  const { requests, data } = target.scenario;
  const byWeight = [...requests.keys()].sort(
    (a, b) => (requests[b] as HttpRequest).weight - (requests[a] as HttpRequest).weight,
  );
  const questions = byWeight.slice(0, KINDS_AT_MOST).flatMap((kind) => {
    const request = requests[kind] as HttpRequest;
    return idsOf(request).map((id): Question => {
      const ids = id === null ? null : { from: id, to: id };
      const only = [{ ...request, ids }];
      const sequence = new RequestSequence(only, target.root, undefined, data);
      const fresh = sequence.fresh(0);
      const [plain] = sequence.variants as [PreparedRequest];
      // The same row each time: an answer about another one would be no noise.
      const prepared = (asked: number) => fresh?.fill(FIRST_NUMBER + asked, 0) ?? plain;
      return { key: `${kind}/${id}`, kind, request: requestText(request), prepared };
    });
  });
  known.set(target, questions);
  return questions;
}

/** By the target, which each start of a server has anew. */
const known = new WeakMap<Target, Question[]>();

function idsOf({ ids }: HttpRequest): (number | null)[] {
  if (ids === null) return [null];
  return [...new Set([ids.from, Math.floor((ids.from + ids.to) / 2), ids.to])];
}

/**
 * The most frequent ones first, each time: what is wrong in a part of an arm's starts only may be chance. Of the others from
 * one start to the next with another one first, so that all have their turn; both arms alike.
 */
function rotated({ answers }: RunContext, arm: Arm, questions: Question[]): Question[] {
  const always = questions.slice(0, ALWAYS_ASKED);
  const others = questions.slice(ALWAYS_ASKED);
  if (others.length === 0) return always;
  const step = ASKED_UNDER_LOAD - ALWAYS_ASKED;
  const start = ((answers?.startsOf(arm) ?? 0) * step) % others.length;
  return [...always, ...others.slice(start), ...others.slice(0, start)];
}

/** One after the other on one connection, until the deadline, or until one is not answered. */
async function askAll(
  context: RunContext,
  live: LiveArms,
  arm: Arm,
  questions: readonly Question[],
  deadline: number,
): Promise<void> {
  const means = meansFor(context, live, arm);
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
  live: LiveArms,
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

function meansFor({ answers, dirs, signal }: RunContext, live: LiveArms, arm: Arm) {
  const target = live.targets.get(arm);
  const running = live.servers.get(arm);
  if (answers === null || target?.scenario.kind !== 'http' || running === undefined) return null;
  const book: AnswerBook = answers;
  const asker = () => askerFor(target as Target<HttpScenario>, dirs[arm] as string);
  const first = asker();
  if (first === null) return null;
  first[Symbol.dispose]();
  return {
    asker: () => asker() as NonNullable<ReturnType<typeof asker>>,
    prepare: ({ prepared }: Question) => prepared(book.asks(arm)),
    /** False: ask no further. */
    note: (question: Question, asked: Asked): boolean => {
      const hasAnswered = typeof asked !== 'string';
      const isOver = signal.aborted || (!hasAnswered && asked.startsWith(NOT_IN_TIME));
      if (isOver) return false;
      book.note(arm, { ...question, start: running.startedAtMs }, hasAnswered ? asked : NO_ANSWER);
      return hasAnswered;
    },
  };
}
