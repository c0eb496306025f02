/** Whether claims, their answers and a ranking can be: of an experiment, and of a verdict. Pure. */

import { parseClaim } from '../../config/claims/parse.ts';
import { type Claim, CORES_EFFICIENCY, isAtLeast } from '../../config/experiment/claim.ts';
import { namesIn, toldOf } from '../../config/experiment/contenders.ts';
import type { Experiment, SubjectId } from '../../config/experiment/experiment.ts';
import type { ClaimVerdict } from '../../judge/verdict/claim-verdict.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';
import type { PairVerdict, Ranking, Versus } from '../../judge/verdict/versus-verdict.ts';
import { type Contradictions, differs, quoted, repeated, tooMany } from './contradiction.ts';
import { absurdNumbers } from './numbers.ts';

const CLAIMS_AT_MOST = 2000;
const TEXT_AT_MOST = 1000;

/** They are about servers, or contenders, and scenarios that there are, or for which the machine has not the cores. */
export function* checkClaims(
  { claims, servers, scenarios }: Experiment,
  lacking: readonly SubjectId[],
): Contradictions {
  yield* tooMany('experiment.claims', claims.length, CLAIMS_AT_MOST, 'claims');
  const gone = lacking.flatMap(({ server }) => [server, ...namesIn(server)]);
  const names = new Set([...servers.flatMap(toldOf), ...gone]);
  for (const [i, claim] of claims.entries()) {
    const at = `experiment.claims.${i}`;
    yield* checkClaim(at, claim);
    for (const key of ['left', 'right'] as const) {
      const side = claim[key];
      if (side === null) continue;
      if (!names.has(side.server)) {
        yield { at: `${at}.${key}.server`, message: `there is no server ${quoted(side.server)}` };
      }
      // A scenario for which the machine has not the cores is none of its experiment.
      const mayLack = claim.metric === CORES_EFFICIENCY || side.scenario.includes('@');
      if (!mayLack && !scenarios.some(({ name }) => name === side.scenario)) {
        const message = `there is no scenario ${quoted(side.scenario)}`;
        yield { at: `${at}.${key}.scenario`, message };
      }
    }
  }
}

function* checkClaim(at: string, claim: Claim): Contradictions {
  const { text, factor, offset, right, left } = claim;
  yield* tooMany(`${at}.text`, text.length, TEXT_AT_MOST, 'characters');
  yield* absurdNumbers(`${at}.factor`, factor);
  yield* absurdNumbers(`${at}.offset`, offset, { signed: true });
  if (right === null && factor !== 1)
    yield { at: `${at}.factor`, message: 'nothing is multiplied' };
  if (right !== null && right.server === left.server && right.scenario === left.scenario) {
    yield { at: `${at}.right`, message: 'it is the left side again' };
  }
  yield* checkText(at, claim);
}

/** What people read is the text, and what is judged is the rest. */
function* checkText(at: string, { text, op, factor, right }: Claim): Contradictions {
  const parsed = parseClaim(text);
  if ('wrong' in parsed) {
    yield { at: `${at}.text`, message: `${quoted(text)} is no claim` };
    return;
  }
  const { claim } = parsed;
  yield* differs(`${at}.op`, op, claim.op, 'in its text it is');
  yield* differs(`${at}.factor`, factor, claim.factor, 'in its text it is');
  if ((claim.right === null) !== (right === null)) {
    yield { at: `${at}.right`, message: 'its text has another right side' };
  }
}

export function* checkAnswers({ claims = [], versus, subjects }: Verdict): Contradictions {
  yield* tooMany('claims', claims.length, CLAIMS_AT_MOST, 'claims');
  for (const [i, claim] of claims.entries()) yield* checkAnswer(`claims.${i}`, claim);
  if (versus === undefined) return;
  yield* repeated('versus.contenders', versus.contenders, 'contender');
  const known = new Set(subjects.map(({ server, scenario }) => `${server}/${scenario}`));
  for (const [i, ranking] of versus.ranking.entries()) {
    yield* checkRanking(`versus.ranking.${i}`, ranking, versus, known);
  }
}

function* checkAnswer(at: string, verdict: ClaimVerdict): Contradictions {
  const { claim, answer, estimate, interval, bound, p, level, blocks, machine } = verdict;
  yield* checkClaim(`${at}.claim`, claim);
  yield* checkInterval(at, interval);
  yield* absurdNumbers(`${at}.bound`, bound, { signed: true });
  if (p !== null && (p < 0 || p > 1)) yield { at: `${at}.p`, message: `${p} is no probability` };
  if (level <= 0 || level >= 0.5) yield { at: `${at}.level`, message: `${level} is no error rate` };
  if ((machine === null) !== (claim.right !== null)) {
    yield { at: `${at}.machine`, message: 'a claim about a value names its machine, and no other' };
  }
  if (answer === 'undecided') return;
  if (estimate === null || blocks === 0) {
    yield { at: `${at}.answer`, message: `it is ${answer}, and nothing was measured` };
    return;
  }
  const isAbove = isAtLeast(claim.op) === (answer === 'holds');
  if (isAbove ? estimate < bound : estimate > bound) {
    const message = `it is ${answer}, and what is measured lies on the other side`;
    yield { at: `${at}.answer`, message };
  }
}

function* checkInterval(at: string, interval: readonly [number, number] | null): Contradictions {
  if (interval === null || interval[0] <= interval[1]) return;
  yield { at: `${at}.interval`, message: 'its lower end is above its upper end' };
}

function* checkRanking(
  at: string,
  { places, pairs }: Ranking,
  { contenders }: Versus,
  subjects: ReadonlySet<string>,
): Contradictions {
  const names = places.map(({ contender }) => contender);
  yield* differs(
    `${at}.places`,
    [...names].sort().join(),
    [...contenders].sort().join(),
    'they are',
  );
  for (const [i, pair] of pairs.entries()) {
    yield* checkPair(`${at}.pairs.${i}`, pair, contenders, subjects);
  }
  for (const [i, { contender, rank }] of places.entries()) {
    const lost = pairs.filter(
      ({ first, second, better }) =>
        [first, second].includes(contender) && better !== null && better !== contender,
    );
    if (rank === null || rank === lost.length + 1) continue;
    const message = `it is ${rank}, and ${lost.length} are better`;
    yield { at: `${at}.places.${i}.rank`, message };
  }
}

function* checkPair(
  at: string,
  { subject, first, second, outcome, better, interval }: PairVerdict,
  contenders: readonly string[],
  subjects: ReadonlySet<string>,
): Contradictions {
  if (!subjects.has(subject)) {
    yield { at: `${at}.subject`, message: `${quoted(subject)} is no subject of the verdict` };
  }
  for (const [key, name] of Object.entries({ first, second })) {
    if (contenders.includes(name)) continue;
    yield { at: `${at}.${key}`, message: `there is no contender ${quoted(name)}` };
  }
  yield* checkInterval(at, interval);
  const isOfThem = better === first || better === second;
  if ((outcome === 'better') !== isOfThem) {
    yield {
      at: `${at}.better`,
      message: `it is ${quoted(better ?? 'nobody')}, and the outcome is ${outcome}`,
    };
  }
}
