/** The headline where nothing was compared: the code is the same, the run is only kept, or there is no base. */
import type { Form } from '../../config/settings/spelling.ts';
import type { FindingCode } from '../../judge/findings/finding.ts';
import { gatheredBy, isGathering, isOnlyKept } from '../../judge/verdict/gathering.ts';
import { isSameCode } from '../../judge/verdict/same-code.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { settingText } from '../cures/cure-settings.ts';
import type { Sentences } from './sentences.ts';
import { which } from './which.ts';
import { why } from './why.ts';

export function noBaseline(concerned: SubjectVerdict[], all: Verdict): Sentences {
  if (isSameCode(all)) return nothingChanged();
  if (concerned.every(isOnlyKept)) return onlyKept(concerned, all);
  return {
    title: [
      'Nothing to compare with: ',
      ...which(concerned, all),
      concerned.length === 1 ? ' has' : ' have',
      ' no baseline',
      ...why(concerned),
    ],
    detail: ['Nothing was compared, so this is not a pass.'],
    action: [withoutBaseline(all.design, concerned[0]?.form)],
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

/** What to do where nothing was compared. Earlier runs are asked where base cannot be built, too. */
function withoutBaseline(design: Verdict['design'], form: Form | undefined): string {
  switch (design) {
    case 'pairs':
      return 'Nothing to do if the server or the scenario is new, or if this change mends it: the next change has a baseline.';
    case 'past':
      return `Where base can be built, compare with that: it needs no earlier runs (${settingText('baseline', 'rebuild', form)}).`;
    case 'alone':
      return 'Nothing to do: this run measured head alone.';
  }
}
