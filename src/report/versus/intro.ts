/** The top of every report of a versus: what came of the claims, what was found in a sentence or two, whether the job fails. */

import { EXIT } from '../../judge/verdict/exit-code.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { claimsSentence } from '../claims/sentence.ts';
import { plainName } from '../markup/escape.ts';
import type { Phrase } from '../markup/phrase.ts';
import { plural } from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { joinList } from '../wording/verdict-labels.ts';
import { versusCheck } from './check.ts';
import { failureOf, leadOf, othersOf } from './lead.ts';
import { rankingLine } from './ranking.ts';

export interface Intro {
  /** "go against gleam-mist" */
  title: string;
  /** What was found; the first is the one that counts: whoever claims something asks for that, unless nothing was measured. */
  sentences: Phrase[];
  /** Whether the job fails for a claim. */
  check: Phrase[];
  /** `failed`: a claim that gates is refuted. `broken`: something could not be measured, or a claim not decided, and the job fails for it. */
  tone: 'plain' | 'failed' | 'broken';
}

/** The first lines name so many scenarios; the plots have all. */
const MOST_SCENARIOS = 2;
const MOST_NAMES = 6;

export function introOf(verdict: Verdict): Intro {
  const names = contendersOf(verdict);
  const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), 'others'] : names;
  const { code, said } = versusCheck(verdict);
  const claims = claimsSentence(verdict);
  const answered = claims === null ? [] : [claims];
  // Where nothing was measured, why is what everybody asks, and every claim is undecided for it.
  const isNothing = verdict.subjects.every((subject) => failureOf(subject) !== null);
  return {
    title: names.length > 2 ? joinList(shown) : names.join(' against '),
    sentences: isNothing ? [...found(verdict), ...answered] : [...answered, ...found(verdict)],
    check: said,
    tone: code === EXIT.ok ? 'plain' : code === EXIT.regression ? 'failed' : 'broken',
  };
}

function contendersOf({ versus, subjects }: Verdict): string[] {
  const names = versus?.contenders ?? [
    ...new Set(subjects.flatMap(({ names: own }) => (own ? [own.base, own.head] : []))),
  ];
  return names.map((name) => plainName(name));
}

function found(verdict: Verdict): Phrase[] {
  const { versus, subjects } = verdict;
  if (versus !== undefined && versus.contenders.length > 2) return ranked(verdict);
  const measured = subjects.filter((subject) => failureOf(subject) === null);
  const told = (measured.length > 0 ? measured : subjects).slice(0, MOST_SCENARIOS);
  const rest = subjects.length - told.length;
  return [
    ...told.flatMap((subject) => sentencesOf(subject, verdict, subjects.length > 1)),
    ...(rest > 0 ? [[`${plural(rest, 'more scenario')} below.`]] : []),
  ];
}

/** "`gleam` serves … than `go`. `gleam` uses …"; the scenario where there are several. */
function sentencesOf(subject: SubjectVerdict, { versus }: Verdict, isOne: boolean): Phrase[] {
  const where: Phrase = isOne ? ['On ', { name: subject.scenario }, ', '] : [];
  const others = othersOf(subject, versus);
  return [
    [...where, ...leadOf(subject, versus), '.'],
    ...(others.length === 0 ? [] : [[...others, '.']]),
  ];
}

/** Who comes first in each scenario, by its first metric that has ranks. */
function ranked({ versus, subjects }: Verdict): Phrase[] {
  const seen = new Set<string>();
  const lines = (versus?.ranking ?? []).flatMap((ranking): Phrase[] => {
    const isKnown = ranking.places.some(({ rank }) => rank !== null);
    if (seen.has(ranking.scenario) || !isKnown) return [];
    seen.add(ranking.scenario);
    const work = subjects.find((one) => one.scenario === ranking.scenario)?.metrics[0]?.work;
    const label = metricLabel({ name: ranking.metric, work: work ?? 'request' });
    return [
      ['On ', { name: ranking.scenario }, `, by ${label}: `, { quote: rankingLine(ranking) }, '.'],
    ];
  });
  const broken = subjects.filter((subject) => failureOf(subject) !== null);
  const [first] = broken;
  const failure: Phrase[] = first === undefined ? [] : [[...leadOf(first, versus), '.']];
  return [...lines.slice(0, MOST_SCENARIOS), ...failure];
}
