/** A wrong path or a missing route is told here in one sentence, not after minutes as thousands of errors. */

import { sum } from 'simple-statistics';
import { requestText, workOf, workText } from '../../config/experiment/describe-load.ts';
import { echoOf } from '../../config/experiment/echo-of.ts';
import { onlyRequestOf } from '../../config/experiment/only-request.ts';
import type { HttpRequest, HttpScenario, Scenario } from '../../config/experiment/scenario.ts';
import { isCall } from '../../load/grpc.ts';
import type { ErrorCounts, SliceResult } from '../../load/results.ts';
import type { Target } from '../../load/target.ts';
import type { Arm } from '../../terms/arm.ts';
import { roughSize } from '../../terms/rough-size.ts';
import { secondsText } from '../../terms/time-text.ts';
import { reconnect } from '../arms/reconnect.ts';
import { type LiveArms, serverFor } from '../arms/running-arms.ts';
import type { RunContext } from '../context/run-context.ts';
import { ServerFailure, type Symptoms } from '../failures/server-failure.ts';
import { exampleOf, loadSlices, symptomsOf } from '../loading/load-blame.ts';
import { unitOf } from '../loading/work-units.ts';
import { frequentKinds } from '../rounds/questions.ts';
import { assertNotTurnedAway, UNAVAILABLE } from './at-once.ts';
import { answersLater } from './later.ts';

/** Ids that are tried of a request which has some: enough to find a route that knows few of them. */
const IDS = 8;
/** What a limiter of requests says. */
const TOO_MANY = 429;

/**
 * Sends as little as shows that the arm answers as expected: every kind of request once. A load
 * command decides itself what it sends, and of a hold each connection tells. Rejects with the arm's failure.
 */
export async function checkAnswers(
  context: RunContext,
  live: LiveArms,
  scenario: Scenario,
  arm: Arm,
): Promise<void> {
  if (scenario.kind === 'command' || scenario.kind === 'hold') return;
  if (scenario.kind === 'websocket') {
    await assertAnswer(context, live, arm, {
      work: unitOf(scenario),
      what: workText(scenario),
    });
  } else if (scenario.requests.length === 1) {
    await assertAnswer(context, live, arm, tryOf(scenario.requests[0] as HttpRequest));
  } else {
    await checkEachKind(context, live, scenario, arm);
  }
}

/**
 * Each on a connection of its own, as the whole load would send a rare one late. Where one is not answered as expected, the others
 * are asked all the same: whether it is this one alone says what to look for.
 */
async function checkEachKind(
  context: RunContext,
  live: LiveArms,
  { requests }: HttpScenario,
  arm: Arm,
): Promise<void> {
  const whole = live.targets.get(arm) as Target;
  const scenario = whole.scenario as HttpScenario;
  const faults: (Fault & { request: HttpRequest })[] = [];
  let answered = 0;
  for (const kind of frequentKinds(requests)) {
    context.signal.throwIfAborted();
    const request = scenario.requests[kind] as HttpRequest;
    const alone = { ...scenario, connections: 1, streams: 1, requests: [request] };
    const target = { ...whole, scenario: alone };
    try {
      await reconnect(context, live, arm, { target });
      const fault = await checkAnswer(context, live, arm, { ...tryOf(request), target });
      if (fault === null) answered += 1;
      else faults.push({ ...fault, request });
    } catch (error) {
      // It may have broken by what was told already.
      if (faults.length === 0 || !(error instanceof ServerFailure)) throw error;
      break;
    }
    if (faults.length > 1) break;
  }
  const [first] = faults;
  if (first === undefined) {
    await reconnect(context, live, arm);
    return;
  }
  const { request, symptoms } = first;
  const share = roughSize(request.weight / sum(requests.map(({ weight }) => weight)));
  const what = `${first.what}; it is ${share} of the load`;
  // Of those that were not asked, as too many are or the server broke, nothing is said.
  if (answered < requests.length - 1) throw failureOf(live, arm, { ...first, what });
  const others = answered === 1 ? 'kind of request is' : `${answered} kinds of requests are`;
  throw failureOf(live, arm, {
    ...first,
    what: `${what}, and the other ${others} answered`,
    symptoms: { ...symptoms, failingKind: requestText(request) },
  });
}

/** What was not answered as expected. */
interface Fault {
  kind: 'wrong-body' | 'wrong-status';
  what: string;
  symptoms: Symptoms;
}

function failureOf(live: LiveArms, arm: Arm, { kind, what, symptoms }: Fault): ServerFailure {
  return serverFor(live, arm).failure(kind, what, symptoms);
}

async function assertAnswer(
  context: RunContext,
  live: LiveArms,
  arm: Arm,
  one: Try,
): Promise<void> {
  const fault = await checkAnswer(context, live, arm, one);
  if (fault !== null) throw failureOf(live, arm, fault);
}

interface Try {
  work: number;
  /** For the message. */
  what: string;
  /** What is open now; absent: the whole load. */
  target?: Target;
}

function tryOf(request: HttpRequest): Try {
  const { ids } = request;
  const what = requestText(request);
  if (ids === null) return { work: 1, what };
  return { work: IDS, what: `${what} with ids from ${ids.from} to ${ids.to}` };
}

/** Null: it is answered as expected. Rejects with a failure that is not of this request alone. */
async function checkAnswer(
  context: RunContext,
  live: LiveArms,
  arm: Arm,
  { work, what, target = live.targets.get(arm) as Target }: Try,
): Promise<Fault | null> {
  const sliced = await loadSlices(context, live, [arm], work);
  const { good, errors } = sliced.slices[0] as SliceResult;
  if (good === work) return null;
  const server = serverFor(live, arm);
  const ended = server.ended();
  if (ended) {
    const what = `the server ended at the first ${workOf(target.scenario)} (${ended})`;
    throw server.failure('exited', what, good === 0 ? echoOf(target.scenario) : {});
  }
  // What other kinds of requests were answered says nothing of this one.
  const own = onlyRequestOf(target.scenario);
  const symptoms = { ...symptomsOf(live, sliced, arm), ...own, good };
  if (symptoms.answer?.status === UNAVAILABLE) {
    await assertNotTurnedAway(context, live, arm, target);
  }
  const seen = exampleOf(sliced, arm) ?? 'no expected answer';
  const told = `${what} is not answered as expected: ${seen}`;
  const kind = errors.body > 0 ? 'wrong-body' : 'wrong-status';
  const laterMs = await laterAsExpected(context, live, arm, { work, target, errors, symptoms });
  if (laterMs === null) return { kind, what: told, symptoms };
  const later = `${told}; ${secondsText(laterMs)} later it is`;
  return { kind, what: later, symptoms: { ...symptoms, isLater: true, isCall: calls(target) } };
}

function calls({ scenario }: Target): boolean {
  if (scenario.kind !== 'http') return false;
  return scenario.requests.every(({ headers }) => isCall({ headers: Object.entries(headers) }));
}

/** Milliseconds until it was; null: it is not, or to ask again would say nothing. */
async function laterAsExpected(
  context: RunContext,
  live: LiveArms,
  arm: Arm,
  {
    work,
    target,
    errors,
    symptoms,
  }: { work: number; target: Target; errors: ErrorCounts; symptoms: Symptoms },
): Promise<number | null> {
  if (target.scenario.kind !== 'http') return null;
  // Silence has its own words. A limiter, too, has room again later.
  if (sum(Object.values(errors)) > errors.status + errors.body) return null;
  if (symptoms.answer?.status === TOO_MANY) return null;
  const ask = async () => {
    if (serverFor(live, arm).ended() !== null) return null;
    const { slices } = await loadSlices(context, live, [arm], work);
    return slices[0]?.good === work;
  };
  return await answersLater(ask, context.signal);
}
