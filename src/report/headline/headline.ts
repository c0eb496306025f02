/** What happened, how sure that is, and what to do now: the top of every report. */

import { subjectName } from '../../config/experiment/experiment.ts';
import { type FindingCode, OTHER_ANSWERS } from '../../judge/findings/finding.ts';
import { EXIT } from '../../judge/verdict/exit-code.ts';
import { gatheredBy, isGathering, isOnlyKept } from '../../judge/verdict/gathering.ts';
import { isSameCode } from '../../judge/verdict/same-code.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { VERDICT_ORDER, type VerdictWord } from '../../terms/verdict-word.ts';
import { claimRows } from '../claims/rows.ts';
import { envText, inScenario } from '../cures/cure-settings.ts';
import { cureText } from '../cures/cure-text.ts';
import { metricReason, subjectReason } from '../findings/finding.ts';
import { splitMessage } from '../markup/escape.ts';
import type { Phrase } from '../markup/phrase.ts';
import { SAME_CODE } from '../notices/same-code.ts';
import { bothRunners } from '../sections/confirmation.ts';
import { decidingMetrics, isLeftOut, isTooNoisy, worstFirst } from '../tables/rows.ts';
import { plural } from '../wording/format.ts';
import {
  byMetric,
  canBeTold,
  changeSentence,
  metricLabel,
  severity,
} from '../wording/metric-text.ts';
import { namesOf } from '../wording/names.ts';
import { joinList, VERDICT_COUNTED } from '../wording/verdict-labels.ts';
import { howToAccept } from './accept.ts';
import { checkOf } from './check-text.ts';
import {
  couldHaveSeen,
  howLarge,
  howSure,
  openOnTheBadSide,
  whatWouldDecide,
} from './confidence-text.ts';

export interface Headline {
  word: VerdictWord;
  /** One sentence: the verdict. */
  title: Phrase;
  /** How sure, and how large: never the same thing. Empty when there is nothing to add. */
  detail: Phrase;
  /** What to do when it is meant to be so, after "To accept it: "; only where that is a question. */
  accept?: string;
  /** What to do now. */
  action: Phrase;
}

export function headline(verdict: Verdict): Headline {
  const concerned = worstFirst(verdict.subjects).filter((one) => one.verdict === verdict.verdict);
  const own = { word: verdict.verdict, ...HEADLINES[verdict.verdict](concerned, verdict) };
  return own.word === 'regression' || own.word === 'invalid' ? own : withClaims(own, verdict);
}

/** A claim that gates and makes the check red, whatever the comparison says, comes first. */
function withClaims(own: Headline, verdict: Verdict): Headline {
  const gates = claimRows(verdict).filter(({ isGate }) => isGate);
  const refuted = gates.filter(({ answer }) => answer === 'refuted');
  const isOpen = refuted.length === 0 && checkOf(verdict)?.isByClaim === true;
  const open = isOpen ? gates.filter(({ answer }) => answer === 'undecided') : [];
  const [first, ...more] = [...refuted, ...open];
  if (first === undefined) return own;
  const others =
    more.length === 0
      ? ''
      : ` So ${more.length === 1 ? 'is' : 'are'} ${plural(more.length, 'more claim')}.`;
  const compared = own.title[0] === NO_ACTION ? own.title.slice(1) : own.title;
  const said = isOpen
    ? ' is undecided'
    : ` is refuted: measured ${first.measured}, claimed ${first.claimed}`;
  return {
    word: own.word,
    title: ['The claim ', { name: first.claim }, `${said}.${others}`],
    detail: [...compared, ' ', ...own.detail],
    action: [isOpen ? 'See below what would decide it.' : 'Mend the server, or change the claim.'],
  };
}

const NO_ACTION = 'No action needed: ';

/** "12 subjects: 3 regressed, 1 inconclusive, 8 unchanged"; null where all have the word of the first line. */
export function countsLine({ subjects }: Verdict): string | null {
  if (subjects.length < 2) return null;
  const counts = VERDICT_ORDER.map((word) => ({
    word,
    count: subjects.filter(({ verdict }) => verdict === word).length,
  })).filter(({ count }) => count > 0);
  if (counts.length < 2) return null;
  const parts = counts.map(({ word, count }) => `${count} ${VERDICT_COUNTED[word]}`);
  return `${plural(subjects.length, 'subject')}: ${parts.join(', ')}.`;
}

/** The message that the title already quotes in full, so that nobody need repeat it; else null. */
export function quotedReason(verdict: Verdict): string | null {
  if (verdict.verdict !== 'invalid' && verdict.verdict !== 'no-baseline') return null;
  if (isSameCode(verdict)) return SAME_CODE;
  if (verdict.subjects.some(isOnlyKept)) return null;
  const worst = worstFirst(verdict.subjects).find((one) => one.verdict === verdict.verdict);
  const reason = worst === undefined ? null : firstReason(worst);
  return reason !== null && splitMessage(reason).rest === '' ? reason : null;
}

type Sentences = Omit<Headline, 'word'>;

const HEADLINES: Record<VerdictWord, (concerned: SubjectVerdict[], all: Verdict) => Sentences> = {
  regression: (concerned, all) => {
    if (all.awaitsConfirmation) return awaiting(concerned, all);
    const [worst] = concerned;
    const isConfirmed = worst !== undefined && all.confirmationOf !== null;
    return {
      title: changed(
        isConfirmed ? 'Regression, confirmed on a second runner' : 'Regression',
        'Worst',
        concerned,
        all,
      ),
      detail: isConfirmed ? bothRunners(worst, all) : sureAndLarge(worst),
      accept: howToAccept(concerned, all),
      action: ['Do not merge before it is fixed, or accepted on purpose.'],
    };
  },
  improvement: (concerned, all) => ({
    title: changed('Improvement', 'Among them', concerned, all),
    detail: sureAndLarge(concerned[0]),
    action: ['No action needed.'],
  }),
  unchanged: (concerned, all) => ({
    title: [
      NO_ACTION,
      ...which(concerned, all),
      concerned.length === 1 ? ' is' : ' are',
      ' shown to be within tolerance',
      ...(notJudged(concerned) ?? ['.']),
    ],
    detail: couldHaveSeen(concerned),
    action: [],
  }),
  inconclusive: (concerned, all) =>
    concerned.some(answersOtherwise)
      ? otherAnswers(concerned.filter(answersOtherwise), all)
      : all.confirmationOf === null
        ? {
            title: [
              'Could not tell: ',
              ...which(concerned, all),
              ...(worseButOpen(concerned) ?? [
                concerned.length === 1 ? ' is' : ' are',
                ' neither shown to be worse nor shown to be within tolerance',
                ...undecided(concerned),
              ]),
            ],
            detail: ['This is not a pass.'],
            action: whatWouldDecide(concerned, all),
          }
        : notConfirmed(concerned, all),
  invalid: (concerned, all) => ({
    title: ['The measurement is broken: ', ...which(concerned, all), ...why(concerned)],
    detail: ['This says nothing about the speed of the code.'],
    action: [mend(concerned)],
  }),
  'no-baseline': (concerned, all) =>
    isSameCode(all)
      ? nothingChanged()
      : concerned.every(isOnlyKept)
        ? onlyKept(concerned, all)
        : {
            title: [
              'Nothing to compare with: ',
              ...which(concerned, all),
              concerned.length === 1 ? ' has' : ' have',
              ' no baseline',
              ...why(concerned),
            ],
            detail: ['Nothing was compared, so this is not a pass.'],
            action: [WITHOUT_BASELINE[all.design]],
          },
};

function answersOtherwise({ reasons }: SubjectVerdict): boolean {
  return reasons.some(({ code }) => OTHER_ANSWERS.includes(code));
}

/** Both builds do, and one as the other. */
function changesUnderLoad({ reasons }: SubjectVerdict): boolean {
  const codes = reasons.map(({ code }) => code).filter((code) => OTHER_ANSWERS.includes(code));
  return codes.every((code) => code === 'answers-change-under-load');
}

function otherAnswers(concerned: SubjectVerdict[], all: Verdict): Sentences {
  const differing = concerned.filter((one) => !changesUnderLoad(one));
  const isOfBoth = differing.length === 0;
  const form = concerned[0]?.form;
  const meant = `If that is meant, say ${inScenario('answers: may-differ', form)}`;
  return {
    title: [
      isOfBoth
        ? 'The answers change under load: both builds answer with something else than before it ('
        : 'The answers differ: head does not answer what base answers (',
      ...which(isOfBoth ? concerned : differing, all),
      `), so ${isOfBoth ? 'their' : 'its'} speed is not compared.`,
    ],
    detail: ['This is not a pass.'],
    action: [
      isOfBoth
        ? `It may be a page that keeps robots out (a captcha, a firewall): turn that off for this run, by ${envText(form)}. ${meant}.`
        : `See below what differs. ${meant}; if not, mend the server.`,
    ],
  };
}

function nothingChanged(): Sentences {
  return {
    title: ['Nothing was measured: base and head are the same code, file by file.'],
    detail: [
      'They are two commits with the same files. If a change was expected here, see which commit is checked out.',
    ],
    action: ['No action needed.'],
  };
}

/** A run that is kept for later ones: neither good nor bad, and nothing to do. */
function onlyKept(all: SubjectVerdict[], verdict: Verdict): Sentences {
  const concerned = all.filter(isGathering);
  if (concerned.length === 0) {
    return {
      title: ['Kept, and not compared: ', ...which(all, verdict), '.'],
      detail: [`Pull requests compare such a load with base. ${notAPass(all, verdict)}`],
      action: ['No action needed.'],
    };
  }
  const counted = concerned.flatMap((one) => gatheredBy(one) ?? []);
  const runs = counted.map((one) => one.runs);
  const [least, most] = [Math.min(...runs), Math.max(...runs)];
  const codes = concerned.flatMap(({ reasons }) => reasons.map(({ code }) => code));
  return {
    title: [
      'Gathering the history of ',
      ...which(concerned, verdict),
      `: ${least === most ? '' : `${least} to `}${most} of ${counted[0]?.needed ?? 0} runs were there before this one.`,
    ],
    detail: [
      `Nothing of ${concerned.length === 1 ? 'it' : 'these'} is compared yet. ${notAPass(all, verdict)}`,
    ],
    action: [addsToHistory(codes)],
  };
}

/** Of a run that is kept: whether it is one of those that are needed. */
function addsToHistory(codes: readonly FindingCode[]): string {
  if (codes.includes('held-back'))
    return 'This run does not count, as the servers were held back: see below what to give them, or the next run will not count either.';
  return codes.includes('machine-too-disturbed')
    ? 'This run does not count, as other processes disturbed it. No action needed: the next run of the default branch may.'
    : 'No action needed: each run of the default branch adds one.';
}

/** Others of the job may have been compared. */
function notAPass(concerned: SubjectVerdict[], { subjects }: Verdict): string {
  if (concerned.length === subjects.length) return 'This is not a pass.';
  return 'What else was measured is compared below.';
}

/** Nothing is blocked by what one runner alone has seen. */
function awaiting(concerned: SubjectVerdict[], all: Verdict): Sentences {
  return {
    title: changed('Regression measured, not confirmed yet', 'Worst', concerned, all),
    detail: sureAndLarge(concerned[0]),
    action: ['It is to be measured again on a fresh runner; ', ...blockedBy(all), '.'],
  };
}

/** What makes the check red although the slowdown does not. */
function blockedBy(all: Verdict): Phrase {
  const check = checkOf(all);
  if (check === null || check.code === EXIT.ok) return ['nothing is blocked yet'];
  const broken = all.subjects.filter(({ verdict }) => verdict === 'invalid');
  if (check.isByClaim || broken.length === 0) return [`the check is red, as ${check.why}`];
  return ['what blocks is the broken measurement of ', ...which(broken, all)];
}

/** The first runner's word against the second's. */
function notConfirmed(concerned: SubjectVerdict[], all: Verdict): Sentences {
  const [worst] = concerned;
  const single = concerned.length === 1;
  return {
    title: [
      'Not confirmed: ',
      ...which(concerned, all),
      single ? ' was' : ' were',
      ' worse on the first runner, and',
      single ? ' is' : ' are',
      ' not shown to be worse on this one.',
    ],
    detail: [
      ...(worst === undefined ? [] : [...bothRunners(worst, all), ' ']),
      'Two runners disagree, so this is not a pass.',
    ],
    action: ['No regression is reported.'],
  };
}

/** What to do where nothing was compared. */
const WITHOUT_BASELINE: Record<Verdict['design'], string> = {
  pairs:
    'Nothing to do if the server or the scenario is new, or if this change mends it: the next change has a baseline.',
  past: 'Compare with base in live pairs (`baseline: rebuild`).',
  alone: 'Nothing to do: this run measured head alone.',
};

/** "`api/plaintext`", "all 12 subjects", "3 of 12 subjects". */
function which(concerned: SubjectVerdict[], { subjects }: Verdict): Phrase {
  const [only] = concerned;
  if (only !== undefined && concerned.length === 1) return [{ name: subjectName(only) }];
  if (concerned.length === subjects.length) return [`all ${plural(concerned.length, 'subject')}`];
  return [`${concerned.length} of ${plural(subjects.length, 'subject')}`];
}

function changed(
  word: string,
  introduction: string,
  concerned: SubjectVerdict[],
  all: Verdict,
): Phrase {
  const [worst] = concerned;
  if (worst === undefined) return [`${word}.`];
  const name = { name: subjectName(worst) };
  const changes = decidingMetrics(worst).filter(canBeTold).map(changeSentence);
  const did = changes.length === 0 ? all.verdict : joinList(changes);
  if (concerned.length === 1) return [`${word}: `, name, ` ${did}.`];
  return [`${word} in `, ...which(concerned, all), `. ${introduction}: `, name, ` ${did}.`];
}

/** " in throughput and memory. Not judged: p99 latency, too noisy.": what was left out is no pass. Null where nothing was. */
function notJudged(concerned: readonly SubjectVerdict[]): Phrase | null {
  const all = concerned.flatMap(({ metrics }) => metrics);
  const labels = (metrics: readonly MetricVerdict[]) =>
    joinList([...new Set(metrics.toSorted(byMetric).map(metricLabel))]);
  const leftOut = all.filter(isLeftOut);
  if (leftOut.length === 0) return null;
  const left = labels(leftOut);
  const why = leftOut.every(isTooNoisy) ? ', as too noisy' : '';
  if (concerned.length > 1) return [`. Not judged in all of them${why}: ${left}.`];
  const judged = all.filter(({ gating, name }) => gating && name !== 'errors');
  return [` in ${labels(judged)}. Not judged${why}: ${left}.`];
}

/** Significant and large are two things: "Sure: …" from the interval, "Small: …" from the tolerance. */
function sureAndLarge(subject: SubjectVerdict | undefined): Phrase {
  const metric = subject && decidingMetrics(subject).find(canBeTold);
  if (subject === undefined || metric === undefined) return [];
  return [
    [howSure(metric, subject), howLarge(metric)].filter((sentence) => sentence !== '').join(' '),
  ];
}

/** The cure of the first, where one is known. */
function mend([worst]: SubjectVerdict[]): string {
  return worst?.cure ? cureText(worst.cure) : 'Mend the cause, then run again.';
}

/** " (throughput and memory)." for a single subject. */
function undecided(concerned: SubjectVerdict[]): Phrase {
  const [only] = concerned;
  const open = only === undefined || concerned.length > 1 ? [] : decidingMetrics(only);
  // Few errors are what every verdict takes for granted.
  const metrics = open.filter(({ name }) => name !== 'errors');
  if (metrics.length === 0) return ['.'];
  return [` (${joinList(metrics.map(metricLabel))}).`];
}

/** " looks slower, by 2.1% to 10.4% (throughput): whether by more than 5% is open.": where the whole interval says so. */
function worseButOpen(concerned: SubjectVerdict[]): Phrase | null {
  const [only] = concerned;
  if (only === undefined || concerned.length > 1) return null;
  const [said] = decidingMetrics(only)
    .sort((a, b) => severity(b) - severity(a))
    .flatMap((metric) => openOnTheBadSide(metric, only) ?? []);
  return said === undefined ? null : [' ', said, '.'];
}

/** ": the first line of the reason", and one full stop. */
function why(concerned: SubjectVerdict[]): Phrase {
  const [worst] = concerned;
  const reason = worst && firstReason(worst);
  if (worst === undefined || !reason) return ['.'];
  const sentence = splitMessage(reason).first.replace(/[.:;\s]+$/, '');
  const example = concerned.length === 1 ? [] : [', first ', { name: subjectName(worst) }];
  return [...example, ': ', { quote: sentence }, '.'];
}

/** The subject's reason, or else that of the first metric that has one. */
function firstReason(subject: SubjectVerdict): string | null {
  const names = namesOf(subject);
  const [first] = subject.metrics.flatMap((metric) => metricReason(metric, names) ?? []);
  return subjectReason(subject, names) ?? first ?? null;
}
