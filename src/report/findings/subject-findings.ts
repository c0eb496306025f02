/** The sentences about a subject as a whole: what broke, and what cannot be compared. */
import type { FindingOf } from '../../judge/findings/finding.ts';
import type { Failing, SUBJECT_FINDINGS } from '../../judge/findings/subject.ts';
import { codeToldIn } from '../../load/shared/ended-question.ts';
import { ONLY_ONCE } from '../../load/shared/resend.ts';
import type { Work } from '../../terms/metric-terms.ts';
import { gateText, onlyName, settingName, settingText } from '../cures/cure-settings.ts';
import { peerCodeText } from '../cures/peer-code-text.ts';
import { formatCount, formatDuration, plural, roughSize } from '../wording/format.ts';
import type { Words } from '../wording/names.ts';
import { joinList } from '../wording/verdict-labels.ts';
import type { SentencesOf } from './sentences.ts';

export const SUBJECT_SENTENCES: SentencesOf<typeof SUBJECT_FINDINGS> = {
  failed: ({ data }) => data.message,
  'answers-broken': answersBroken,
  'base-answers-broken': ({ data }, names) =>
    `${failingText(names.base, data.base, data)}. There is nothing sound to compare with.`,
  'some-answers-wrong': ({ subject, data }, names) =>
    `${failingText(names[subject], data, data)}. They are not counted in throughput.`,
  'head-alone': (_finding, { head }) => `only ${head} was measured`,
  'history-too-short': historyTooShort,
  'history-gathering': historyGathering,
  'machine-stepped': machineStepped,
  'not-calibrated': ({ data: { load, isKept } }, { head, form }) =>
    isKept
      ? `a load of this kind (${load}) has no speed to be compared with earlier runs by, so its figures are only kept. Pull requests compare both builds`
      : `a load of this kind (${load}) has no speed by which ${head} could be compared with earlier runs. A run that measures both builds can tell: leave ${settingText('baseline', 'stored', form)} out, or give this load a job of its own (${onlyName(form)}) with ${settingText('baseline', 'rebuild', form)}`,
  'no-judged-metric': (_finding, { form }) =>
    `none of the metrics that can fail the job could be read or compared here: name another one in ${settingName('metrics', form)}, such as \`throughput\``,
  'same-machine': () =>
    'the first measurement seems to come from this very machine, whose own faults both measurements would share: confirm on a fresh runner.',
  'start-up-eats-budget': ({ data: { startMs, warmUpMs, share, blocks } }, { form }) =>
    `${roughSize(share)} of each block is no measuring: ${formatDuration(startMs)} to start and stop the servers, ${formatDuration(warmUpMs)} to warm them up. ${plural(blocks, 'block')} at most are measured. A longer ${settingName('budget', form)} has room for more; a shorter ${settingName('warmUp', form)}, or a \`ready\` that answers sooner, leaves more of each to measuring.`,
  'stopped-by-job-budget': ({ data: { measured, planned, jobBudgetMs } }, { form }) =>
    `it had ${measured} of ${planned} blocks when it was stopped: the job's time limit (${settingName('jobBudget', form)}, ${jobBudgetMs / 1000} s) was reached, or its blocks took far longer than the pilot run led to expect. A larger limit, or a smaller ${settingName('budget', form)}, shares the time more evenly.`,
};

function historyTooShort({ data }: FindingOf<'history-too-short'>): string {
  const { from, runs, needed } = data;
  return `${from} has ${plural(runs, 'run')} of this subject that can be compared with, and ${needed} are needed to tell how far two runs lie apart: ${plural(needed - runs, 'run')} of the default branch ${needed - runs === 1 ? 'is' : 'are'} missing${notCounted(data)}${nothingThere(data)}`;
}

/** A place that is not there is read as an empty history, and a subject that has a new name begins a new one. */
function nothingThere({ runs, left }: FindingOf<'history-too-short'>['data']): string {
  const { other, beforeStep, beforeLevel, red, odd = 0 } = left;
  if (runs + other + beforeStep + beforeLevel + red + odd > 0) return '';
  return '. No run of this subject that counts is there, of whatever machine (imported ones do not count): if there should be one, look at the name of the place, and whether server, scenario or `comment-key` were called otherwise';
}

function historyGathering({ data }: FindingOf<'history-gathering'>): string {
  const { from, runs, needed } = data;
  return `${from} has ${runs} of the ${needed} runs of this subject that are needed before anything can be compared with them, and this run is kept, too${notCounted(data)}`;
}

/** In a sentence of its own, behind the end of the one before; nothing where all runs count. */
function notCounted({
  left,
  differs,
  steppedAt,
}: FindingOf<'history-too-short' | 'history-gathering'>['data']): string {
  const why = [
    left.other > 0 &&
      `${plural(left.other, 'run')} measured otherwise${differs.length === 0 ? '' : `: ${joinList(differs.map(differenceOf))}`}`,
    left.beforeStep > 0 &&
      `${plural(left.beforeStep, 'run')} before the machine changed its speed${steppedAt === null ? '' : ` with the run of ${minuteOf(steppedAt)}`}, as the calibrator shows`,
    left.beforeLevel > 0 &&
      `${plural(left.beforeLevel, 'run')} before a change of speed that was accepted, or before it became faster`,
    left.red > 0 &&
      `${plural(left.red, 'run')} with a regression that nobody accepted, broken, or on a busy machine`,
    (left.odd ?? 0) > 0 &&
      `${plural(left.odd ?? 0, 'run')} far from all others, or on a machine that was faster or slower for that run alone`,
  ].filter((text) => text !== false);
  return why.length === 0 ? '' : `. Not counted: ${why.join('; ')}`;
}

/** Runs that were compared with base have no calibrator. */
function differenceOf({ part, was, is }: { part: string; was: string; is: string }): string {
  return part === 'calibrator' && was === 'none'
    ? 'beside base, without the calibrator'
    : `${part} was ${was}, and is ${is}`;
}

/** `at`: ISO 8601, UTC. */
function minuteOf(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

function machineStepped(
  { data: { change } }: FindingOf<'machine-stepped'>,
  { head, form }: Words,
): string {
  const isFaster = change > 0;
  const seen = `the calibrator, a server that never changes, is ${roughSize(Math.abs(change))} ${isFaster ? 'faster' : 'slower'} than in the earlier runs`;
  const why = `the machine is another one${isFaster ? '' : `, or ${head} takes the calibrator’s time while it should rest`}`;
  return `${seen}: ${why}, so its figures cannot be compared with theirs. Run it again; ${settingText('baseline', 'rebuild', form)} does not depend on earlier runs`;
}

type Asked = Pick<FindingOf<'answers-broken'>['data'], 'work' | 'load'>;

function answersBroken({ data }: FindingOf<'answers-broken'>, names: Words): string {
  const { work, load, base, head, isHttp } = data;
  const both = names.base === 'base' ? 'both builds' : `${names.base} and ${names.head}`;
  const who =
    base === null || base.example !== head.example
      ? [
          ...(base === null ? [] : [failingText(names.base, base, data)]),
          failingText(names.head, head, data),
        ].join('; ')
      : `${both} did not answer as expected (${load}), ${names.base} ${countsText(base, data)}, ${names.head} ${countsText(head, data)}${exampleText(head)}`;
  const orExpect =
    isHttp && isAnswer(head) ? `, or set ${rightAnswer(names)} to the answer that is right` : '';
  const cut = isCut(head) ? ` ${cutText(work, names)}` : '';
  return `${who}. Speed means nothing while ${work}s fail: mend the errors${orExpect}.${cut}${codeText(head, names)}`;
}

/** Ended by an error code of HTTP/2 or HTTP/3, which says more than the error. */
function codeText({ example }: Failing, { form = 'file' }: Words): string {
  const name = example === null ? null : codeToldIn(example);
  return name === null ? '' : ` ${peerCodeText({ name }, form)}`;
}

/** Another answer than the expected one; where it is not known, it may have been one. */
function isAnswer({ example }: Failing): boolean {
  return example === null || /^expected |\bgot \d/.test(example);
}

/** A connection that ended under an answer, or before it where nothing may be sent again. */
function isCut({ example }: Failing): boolean {
  if (example === null || example.includes(ONLY_ONCE)) return false;
  return /ECONNRESET|EPIPE|^the (server closed the )?connection/.test(example);
}

function cutText(work: Work, { form }: Words): string {
  return `The server, or a worker of it, ends connections while ${work}s are on their way: look at its own log for one that crashes or is replaced. If that is meant, allow it: ${gateText('limits', 'errors', '…', form)}.`;
}

/** A flag knows the status alone. */
function rightAnswer({ form = 'file' }: Words): string {
  return form === 'file' ? '`expect`' : settingName('expectStatus', form);
}

function failingText(name: string, failing: Failing, asked: Asked): string {
  return `${name} did not answer ${countsText(failing, asked)} as expected (${asked.load})${exampleText(failing)}`;
}

function countsText({ failed, attempted }: Failing, { work }: Asked): string {
  return `${formatCount(failed)} of ${formatCount(attempted)} ${work}s (${roughSize(failed / attempted)})`;
}

function exampleText({ example, only }: Failing): string {
  const kind =
    only === undefined
      ? ''
      : `; all of these that are known are ${only.request}, ${roughSize(only.share)} of the load`;
  return example === null ? kind : `${kind}; for example: ${example}`;
}
