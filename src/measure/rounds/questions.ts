/** What an arm is asked: each kind of request of its load, with so many different values that a rare mistake shows. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import { askedAnswers } from '../../config/experiment/asked-answers.ts';
import { messageText, requestText } from '../../config/experiment/describe-load.ts';
import type {
  Data,
  HttpRequest,
  HttpScenario,
  WebSocketScenario,
} from '../../config/experiment/scenario.ts';
import { valuesIn } from '../../config/fill/request-values.ts';
import { messageRequest } from '../../load/request-values.ts';
import { type PreparedRequest, RequestSequence } from '../../load/sequence.ts';
import type { Target } from '../../load/target.ts';

const KINDS_AT_MOST = 64;

/** Places of the most frequent kinds of requests, the most frequent one first: as many as are tried and compared. */
export function frequentKinds(requests: readonly HttpRequest[]): number[] {
  const weightOf = (kind: number) => (requests[kind] as HttpRequest).weight;
  return [...requests.keys()].sort((a, b) => weightOf(b) - weightOf(a)).slice(0, KINDS_AT_MOST);
}

/**
 * Different ids, rows or new values that are asked of each kind. A head that is wrong for one in twenty of them is wrong for one
 * of these with probability 1 - 0.95^60 = 95.4 %.
 */
export const VALUES = 60;
/** Where several kinds have values, of all kinds together. */
const VALUES_OF_ALL = 240;
const FEWEST_VALUES = 3;
const SEED = 20_261_129;

/** Far from the numbers of the loads' own requests: a new name must be new. */
const FIRST_NUMBER = 1_000_000_000;

export interface Question {
  /** Equal for questions that are one and the same, but for values that are new each time. */
  key: string;
  kind: number;
  /** As reports show it. */
  request: string;
  /** Its values are new each time. */
  isFresh: boolean;
  /** `asked`: number of the question to this arm, over all subjects; both get the same new values. */
  prepared: (asked: number) => PreparedRequest;
}

/** The first value of each kind before any second one. None where nothing is to be asked. */
export function questionsFor(target: Target): Question[] {
  const before = known.get(target);
  if (before !== undefined) return before;
  const questions = makeQuestions(target);
  known.set(target, questions);
  return questions;
}

/** By the target, which each start of a server has anew. */
const known = new WeakMap<Target, Question[]>();

function makeQuestions(target: Target): Question[] {
  const asked = askedAnswers(target.scenario);
  if (asked.kind === 'not') return [];
  const { scenario } = asked;
  return scenario.kind === 'http' ? ofRequests(scenario, target.root) : ofMessages(scenario);
}

function ofRequests({ requests, data }: HttpScenario, root: string): Question[] {
  const byWeight = frequentKinds(requests);
  const varied = byWeight.filter((kind) => isVaried(requests[kind] as HttpRequest));
  const most = valuesOfEach(varied.length);
  const each = byWeight.map((kind) => {
    const request = requests[kind] as HttpRequest;
    const { columns } = data ?? { columns: [] };
    const values = valuesIn(textsOf(request), columns);
    return pointsOf(request.ids, values, data, most).map(({ id, row }): Question => {
      const ids = id === null ? null : { from: id, to: id };
      const sequence = new RequestSequence([{ ...request, ids }], root, undefined, data);
      const fresh = sequence.fresh(0);
      const [plain] = sequence.variants as [PreparedRequest];
      const prepared = (asked: number) => fresh?.fill(FIRST_NUMBER + asked, row) ?? plain;
      const what = {
        kind,
        request: requestText(request),
        isFresh: ids === null && isNewAlone(values),
      };
      return { ...what, key: `${kind}/${id}/${row}`, prepared };
    });
  });
  return inTurn(each);
}

function ofMessages(scenario: WebSocketScenario): Question[] {
  const { message, data } = scenario;
  const text = message.text ?? '';
  const values = valuesIn([text], data?.columns ?? []);
  const fresh = messageRequest(text, data);
  const what = {
    kind: 0,
    request: messageText('message', scenario),
    isFresh: isNewAlone(values),
  };
  return pointsOf(null, values, data, VALUES).map(({ row }): Question => {
    const prepared = (asked: number) => fresh.fill(FIRST_NUMBER + asked, row);
    return { ...what, key: `0/${row}`, prepared };
  });
}

export function valuesOfEach(kinds: number): number {
  const share = Math.floor(VALUES_OF_ALL / Math.max(1, kinds));
  return Math.min(VALUES, Math.max(FEWEST_VALUES, share));
}

function isVaried({ ids, hasValues }: HttpRequest): boolean {
  return ids !== null || hasValues === true;
}

function isNewAlone({ isNew, hasColumns }: ReturnType<typeof valuesIn>): boolean {
  return isNew && !hasColumns;
}

interface Point {
  id: number | null;
  row: number;
}

/** With new values alone: the same question so often, each time with others. */
function pointsOf(
  ids: HttpRequest['ids'],
  values: ReturnType<typeof valuesIn>,
  data: Data | undefined,
  most: number,
): Point[] {
  const numbers = ids === null ? null : spread(ids.from, ids.to, most);
  const rows = values.hasColumns ? spread(0, (data?.rows.length ?? 1) - 1, most) : null;
  if (numbers === null && rows === null) {
    return Array.from({ length: values.isNew ? most : 1 }, () => ({ id: null, row: 0 }));
  }
  const length = Math.max(numbers?.length ?? 0, rows?.length ?? 0);
  return Array.from({ length }, (_, index) => ({
    id: numbers === null ? null : (numbers[index % numbers.length] as number),
    row: rows === null ? 0 : (rows[index % rows.length] as number),
  }));
}

/** Both ends, then others by chance, the same each time: at equal distances every twentieth could lie between them. */
export function spread(from: number, to: number, most: number): number[] {
  if (to - from < most) return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const random = mersenne(SEED);
  const chosen = new Set([from, to]);
  while (chosen.size < most) chosen.add(uniformInt(random, from, to));
  return [...chosen];
}

function textsOf({ path, headers, body }: HttpRequest): string[] {
  return [path, ...Object.values(headers), ...(body === null ? [] : [body])];
}

function inTurn(lists: readonly (readonly Question[])[]): Question[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat();
}
