/** The sentences of the health checks: what the machine, the load generator and the servers did. */
import type { Finding, FindingOf } from '../../judge/findings/finding.ts';
import type { Drift, HEALTH_FINDINGS } from '../../judge/findings/health.ts';
import type { Disturbance } from '../../measure/observed/disturbance.ts';
import type { Fitted } from '../../measure/observed/fitted.ts';
import { type Arm, otherArm } from '../../terms/arm.ts';
import {
  envText,
  fileText,
  gateText,
  headerText,
  inScenario,
  readyOnly,
  settingName,
  settingText,
} from '../cures/cure-settings.ts';
import { LONGER_LISTEN_QUEUE } from '../cures/cure-text.ts';
import { formatCount, formatDuration, plural, roughSize, toTwoDigits } from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { areBuilds, type Words, workIn } from '../wording/names.ts';
import { sayError } from './answers-say-error.ts';
import { disturbanceText } from './disturbance.ts';
import type { SentencesOf } from './sentences.ts';

export const HEALTH_SENTENCES: SentencesOf<typeof HEALTH_FINDINGS> = {
  'machine-too-disturbed': ({ data: { disturbed, blocks, example } }, { form }) =>
    `the machine was too disturbed during ${disturbed} of ${plural(blocks, 'block')}, for example: ${disturbanceText(example)}. ${example.kind === 'spin' ? QUIETER : QUIET_CURES[example.kind]}${example.kind === 'foreign' ? `, or, if these processes belong to your server, name them in ${settingName('beside', form)}` : ''}`,
  'held-back': heldBack,
  'disturbed-left-out': ({ data: { disturbed, blocks, quiet, example } }) =>
    `the machine was too disturbed during ${disturbed} of ${plural(blocks, 'block')}, for example: ${disturbanceText(example)}. The ${quiet} quiet blocks alone pass as well, so the verdict stands.`,
  'answers-differ': answersDiffer,
  'bodies-sized-otherwise': bodiesSizedOtherwise,
  'answers-change-under-load': changedUnderLoad,
  'answers-change-after-start': changedAfterStart,
  'answers-packed-otherwise': ({ data: { places, examples } }, names) =>
    `${names.head}'s answers say the same in another form: ${examples.map(({ request, at }) => `${at} of ${request}`).join(', ')}${moreText(places - examples.length)}.`,
  'answers-say-error': sayError,
  'impossible-in-flight': ({ subject, data: { inFlight, asked, work } }, names) =>
    `by Little's law ${toTwoDigits(inFlight)} ${work}s were in flight on ${names[subject]} where only ${asked} can be: the load generator's own figures contradict each other. Please report this, with \`measurement.json\``,
  'never-steady': ({ data }, names) =>
    `the server never becomes steady: ${data.drifts.map((drift) => driftText(drift, names)).join(', and ')}. Look for what grows, fills up or is still being compiled, and bound it or finish it before the server says that it is ready${longerWarmUp(data.drifts, names)}`,
  'order-matters': ({ data: { order, change, blocks } }, names) =>
    `it matters which of the two ${ORDERED[order]} first: the comparison of throughputs differs by ${roughSize(change)} between the ${blocks.base} blocks in which ${names.base} was first and the ${blocks.head} in which ${names.head} was. They disturb each other: give each of them files, ports, caches and databases of its own`,
  'generator-limit': generatorLimit,
  'waiting-loop': waitingLoop,
  'load-lowered': ({ data }, names) => loweredText(data, names),
  'connections-held': ({ data }, names) => heldText(data, names),
  'listen-queue-full': ({ data }, names) => fullText(data, names),
  'workers-idle': ({ subject, data: { workers, working, least, most } }, names) =>
    `the work was shared unevenly among the ${workers} workers (processes) of ${names[subject]}: as if ${toTwoDigits(working)} of them worked and the others rested, between ${toTwoDigits(least)} and ${toTwoDigits(most)} from block to block. A connection stays with the worker that has accepted it: ask for more connections, such as ${8 * workers}, a multiple of the workers.`,
  'fell-behind': ({ subject, data: { own, others, blocks } }, names) =>
    `${names[subject]} did not keep up with the fixed rate in ${own} of ${plural(blocks, 'block')}, ${names[otherArm(subject)]} in ${others === 0 ? 'none' : others}. The latencies leave these blocks out, so ${names[subject]}'s may look better than they are: look for what makes it fall behind, or set a lower ${fileText('rate', names.form)}.`,
  'idle-connections': ({ subject, data: { inFlight, asked, work, share, streams } }, names) =>
    `by Little's law ${toTwoDigits(inFlight)} of ${asked} ${work}s were in flight on ${names[subject]} (${roughSize(share)}): ${streams === undefined ? `connections stood idle, so ${names[subject]} was not under its whole load. Ask for fewer connections.` : fewStreams(share, streams, names)}`,
  'blocks-replaced': ({ data: { blocks, example } }) =>
    `${blocksWere(blocks)} measured again because the machine was disturbed${example === null ? '' : `, for example: ${disturbanceText(example)}`}.`,
  'blocks-disturbed': ({ data: { blocks, example, isNeighbour } }, names) =>
    `${blocksWere(blocks)} kept although the machine was disturbed, for example: ${disturbanceText(example)}.${isNeighbour ? neighbour(names) : ''} Both arms met the same, and the interval holds what noise is left; a quieter machine would make it narrower.`,
  'errors-differ': ({ subject, data: { more, less, limit } }, names) =>
    `${names[subject]} fails more often than ${names[otherArm(subject)]} does, beyond chance: ${roughSize(more)} against ${roughSize(less)}. That is within the limit of ${roughSize(limit)}, but look at what fails before you trust the speed.`,
  'requests-resent': resent,
  'work-moved-beside': moved,
  'work-put-off': putOff,
  'burst-failures': ({ subject, data: { statuses, failed, asked } }, names) =>
    `autocannon's opening burst on ${names[subject]}: ${formatCount(failed)} of ${formatCount(asked)} requests had no answer, or another status than ${statuses.join(' or ')}.`,
  'burst-disagrees': ({ subject, data: { burst, engine } }, names) =>
    `autocannon measured ${formatCount(burst)} req/s on ${names[subject]} where our engine measured ${formatCount(engine)}: ${burst > HELD_BACK * engine ? muchFaster(names) : 'distrust the absolute throughput.'}`,
  'warm-up-not-steady': ({ subject, data: { windows, isSeen } }, names) =>
    `${names[subject]} was not steady at the end of the longest warm-up that it gets (${windows} windows); ${isSeen ? STANDS : UNSEEN}. A longer ${settingName('warmUp', names.form)} may help.`,
  'programs-not-copied': ({ data: { why } }) =>
    `the blocks had no copies of their own of the programs, ${NOT_COPIED[why]}: where a program lies in memory can make about half a per cent of difference between equal builds, the same in all blocks of a run.`,
  'starts-slower': ({ data: { baseMs, headMs, starts } }, names) =>
    `${names.head} takes ${formatDuration(headMs)} from its start until it is ready, ${names.base} ${formatDuration(baseMs)} (medians of ${starts} starts). That is told and not judged; whoever deploys it waits so much longer.`,
  'servers-restarted': ({ data: { times } }) =>
    `a server had to be started again ${times === 1 ? 'once' : `${times} times`}: it did not come up at the first attempt.`,
  'rare-stalls': rareStalls,
  'rare-work': rareWork,
  'noisier-than-expected': ({ data: { sd, expectedSd } }) =>
    `throughput was ${toTwoDigits(sd / expectedSd)} times as noisy as the pilot run led to expect (${roughSize(sd)} a block, not ${roughSize(expectedSd)}): the machine got busier, or one start of the server is not like another. A quieter machine or a larger budget helps.`,
};

function heldBack(
  { severity, data: { disturbed, blocks, example } }: FindingOf<'held-back'>,
  { head }: Words,
): string {
  const seen = `in ${disturbed} of ${plural(blocks, 'block')} ${disturbanceText(example)}. ${head}'s own work can bring that about, so it excuses no slowdown`;
  const cure = QUIET_CURES[example.kind];
  return severity === 'warning'
    ? `${seen}. ${cure}.`
    : `${seen}, and it may hide one, so nothing is called unchanged or better. ${cure}`;
}

function rareStalls(
  { subject, data: { share, past } }: FindingOf<'rare-stalls'>,
  names: Words,
): string {
  const stalls = {
    arm: `stalls more than ${names[otherArm(subject)]} does`,
    more: 'stalls more than in the earlier runs',
    unknown: 'stalls now and then',
  }[past ?? 'arm'];
  return `${names[subject]} ${stalls} (pauses or periodic jobs, in few of the slices): it costs about ${roughSize(share)} of throughput, which the judged figure leaves out.${past === 'unknown' ? before(names) : ''}`;
}

function rareWork(
  { subject, data: { share, seconds, past } }: FindingOf<'rare-work'>,
  names: Words,
): string {
  const works = {
    arm: `does more rare work than ${names[otherArm(subject)]}`,
    more: 'does more rare work than in the earlier runs',
    unknown: 'does rare work now and then',
  }[past ?? 'arm'];
  return `${names[subject]} ${works} (long collector pauses or periodic jobs, in few of the slice groups): it adds about ${roughSize(share)} (${toTwoDigits(1e6 * seconds)} µs) of CPU per ${workIn(names)}, which the judged figure leaves out.${past === 'unknown' ? before(names) : ''}`;
}

const before = ({ form }: Words) =>
  ` Whether it did so in the earlier runs is not known; a comparison with base (${settingText('baseline', 'rebuild', form)}) would tell.`;
const QUIETER = 'Run again on a quieter machine';
const QUIET_CURES: Readonly<Record<Disturbance['kind'], string>> = {
  steal: QUIETER,
  foreign: QUIETER,
  throttled: "Raise the container's CPU quota to whole cores, or take it away",
  pressure: 'Give the job more cores, or nothing else to do',
  spin: 'Give the load generator a core of its own',
};

/** Also told while it runs. */
export function fittedText(fitted: Fitted, names: Words): string {
  if (fitted.kind === 'queue') return loweredText(fitted.lowered, names);
  return fitted.kind === 'held' ? heldText(fitted.held, names) : fullText(fitted.full, names);
}

function fullText(
  { from, to, overflows, requests }: FindingOf<'listen-queue-full'>['data'],
  { base, head, form }: Words,
): string {
  const seen = `${plural(overflows, 'new connection')} for ${requests} requests found the server's queue of them full, which holds ${to}, and each of these waits for a second or more until the kernel tries again`;
  return `${base} and ${head} were loaded with ${plural(to, 'connection')} each, not ${from}: ${seen}. To choose the number yourself, set ${settingName('connections', form)}; to have more, ${LONGER_LISTEN_QUEUE}.`;
}

function heldText(
  { from, to, roundMs, isCutOff, fewerRoundMs, isNamed }: FindingOf<'connections-held'>['data'],
  { base, head, form }: Words,
): string {
  const all = isCutOff
    ? `of ${from} requests on ${from} connections some have no answer in ${formatDuration(roundMs)}, and all of them take ${formatDuration(fewerRoundMs)}`
    : `${from} requests take ${formatDuration(roundMs)} on ${from} connections, and ${formatDuration(fewerRoundMs)}`;
  const seen = `${all} on ${to === 1 ? 'one' : to}. The server seems to keep a thread or a worker for each idle connection for a moment, as Puma and Apache do, while others wait for it`;
  return isNamed
    ? `${seen}. So the throughput of ${from} is that of a timer: ask for ${settingText('connections', to, form)}, or give the server more threads.`
    : `${base} and ${head} were loaded with ${plural(to, 'connection')} each, not ${from}: ${seen}. To choose the number yourself, set ${settingName('connections', form)}; to have more, give the server more threads.`;
}

function loweredText(
  { from, to, answerMs, atOnce, waitMs }: Lowered,
  { base, head, form }: Words,
): string {
  const whole = Math.round(atOnce);
  const works = whole <= 1 ? 'one request at a time' : `${whole} requests at a time`;
  return `${base} and ${head} were loaded with ${plural(to, 'connection')} each, not ${from}: an answer takes ${formatDuration(answerMs)} and the server works on ${works}, so the last of ${from} would wait ${formatDuration(waitMs)}. To choose the number yourself, set ${settingName('connections', form)}.`;
}

type Lowered = FindingOf<'load-lowered'>['data'];

/** What a doubt says when it stands beside a regression, as a warning. */
export function noExcuse(doubt: Finding, { base, head }: Words): string {
  const drifts = doubt.code === 'never-steady' ? doubt.data.drifts : [];
  if (drifts.some(isFallOf('base')) && !drifts.some(isFallOf('head')))
    return `A ${base} that gets slower does not explain what ${head} keeps in memory, or loses. What goes by speed is not judged.`;
  return `That does not explain why ${head} is worse than ${base}: both arms met it alike, or ${head} alone brings it.`;
}

function isFallOf(arm: Arm): (drift: Drift) => boolean {
  return (drift) => drift.arm === arm && drift.perSecond < 0;
}

const ORDERED = { start: 'was started', connect: 'was connected to', 'warm-up': 'was warmed up' };

const neighbour = ({ form }: Words) =>
  ` If they belong to your server, such as a database, name them in ${settingName('beside', form)}.`;

const NOT_COPIED: Readonly<Record<FindingOf<'programs-not-copied'>['data']['why'], string>> = {
  'too-large': 'as those of both arms are larger than 500 MiB together',
  changed: 'as a program was written anew while it was measured',
  'no-space': 'as there was no space for them',
  'read-only': 'as they could not be written beside the programs',
  'not-copied': 'as `cp` could not copy them with their owner, times and attributes',
};

/** A smaller share of others is nobody's concern. */
const LEAST_TOLD = 0.01;

/** Linux delays an ACK by 40 ms at least; what else an answer takes comes on top. */
const DELAYED_ACK = { leastMs: 38, mostMs: 60 };

const STANDS = 'no trend is shown within its blocks, so its figures stand';
const UNSEEN = 'its blocks have too few slices to show whether that goes on';

function generatorLimit({ subject, data }: FindingOf<'generator-limit'>, names: Words): string {
  const busy = roughSize(data.generatorBusy);
  const who =
    data.serverBusy === null
      ? `the load generator may have been the limit (its busiest core ${busy} busy with ${names[subject]}, and the servers' CPU time cannot be read here)`
      : `the load generator was the limit (its busiest core ${busy} busy, ${names[subject]}'s cores ${roughSize(data.serverBusy)})`;
  // Of two servers either one may be shown to be slower than the other.
  const told = !areBuilds(names)
    ? `${names[subject]} may serve more than was seen, so throughput cannot show that it is the slower one, nor that the two are alike`
    : subject === 'head'
      ? 'throughput is not judged'
      : `throughput can show that ${names.head} is slower, and nothing else`;
  return `${who}: ${told}. To have it judged, load a heavier path, or give the load generator more cores and the servers fewer`;
}

function waitingLoop({ subject, data }: FindingOf<'waiting-loop'>, names: Words): string {
  const { generatorBusy, serverBusy, answerMs, beside = [], lost } = data;
  const server = serverBusy === null ? 'had time left' : `was ${roughSize(serverBusy)} busy`;
  const answer = answerMs === null ? '' : `, and an answer took ${toTwoDigits(answerMs)} ms`;
  const isDelayed =
    answerMs !== null && answerMs >= DELAYED_ACK.leastMs && answerMs <= DELAYED_ACK.mostMs;
  const cause = isDelayed
    ? "About 40 ms is what TCP waits when an answer is written in two parts (Nagle's algorithm and the delayed ACK): write it in one part, or set TCP_NODELAY (com.sun.net.httpserver of Java: `-Dsun.net.httpserver.nodelay=true`)"
    : 'If it waits for a database, a lock, a timer or a sleep, that is what is measured; if it does not, ask for more connections or streams, give the servers fewer cores, or load a heavier path';
  // Whoever starts a program names it: what is markup stays out.
  const asked = beside.map((name) => name.replaceAll(/[^\w.:+-]/g, '')).join(', ');
  // It was seen to ask them, and of a delayed ACK only the time speaks.
  const friends =
    asked === ''
      ? ''
      : `It asks ${asked}, and may have waited for that, or for a connection of its pool: then that is what is measured, and ${metricLabel({ name: 'cpu-beside', work: workIn(names) })} says what is worked there. If it did not: `;
  const isHeld = answerMs !== null && answerMs > DELAYED_ACK.mostMs;
  const held = isHeld
    ? '. One that keeps a thread for each idle connection for a moment (Puma) needs fewer connections: no more than it has threads'
    : '';
  return `neither ${names[subject]}'s server nor the load generator was ${lost === undefined ? '' : 'seen to be '}the limit: the server ${server}, the generator's busiest core ${roughSize(generatorBusy)}${answer}. Throughput then ${lost === undefined ? 'measures' : 'may measure'} a wait and not the code: it can show that ${areBuilds(names) ? names.head : 'one of the two'} is slower, and nothing else. ${lost === undefined ? '' : lostTime(lost)}${friends}${cause}${held}`;
}

/** Where others may be why. */
function lostTime({
  others,
  generatorQueued,
}: NonNullable<FindingOf<'waiting-loop'>['data']['lost']>): string {
  const taken = [
    ...(others >= LEAST_TOLD ? [`others had ${roughSize(others)} of the time of the cores`] : []),
    ...(generatorQueued >= LEAST_TOLD
      ? [`the load generator waited for its core for ${roughSize(generatorQueued)} of the time`]
      : []),
  ];
  return `Meanwhile ${taken.join(', and ')}; that may be why, so try it again on a quieter machine. `;
}

/** Most connections end after one answer, so that each request needs one of its own. */
const MOSTLY = 0.4;

function resent(
  {
    data: { base, head, more, limit, hasStreams, isWebSocket, codes = [] },
  }: FindingOf<'requests-resent'>,
  names: Words,
): string {
  const { form } = names;
  const work = isWebSocket ? 'messages' : 'requests';
  const shares = [
    ...(base === null ? [] : [`${roughSize(base)} of ${names.base}'s ${work}`]),
    ...(head === null ? [] : [`${roughSize(head)} of ${names.head}'s`]),
  ].join(' and ');
  const differ = more === null ? '' : ` ${names[more]} has more of them, beyond chance.`;
  const allowed = Math.ceil(2000 * ((head ?? 0) - (base ?? 0))) / 10;
  const lost =
    limit === undefined
      ? ''
      : ` A client that sends nothing again loses these ${work}. This is above the limit of errors (${roughSize(limit)}), so nothing is called unchanged or better. If it is meant, allow it: ${gateText('limits', 'errors', `${allowed}%`, form)}.`;
  const cure = isWebSocket
    ? 'Look at its limits of messages, or of time, on each connection.'
    : hasStreams
      ? codes.includes('ENHANCE_YOUR_CALM')
        ? `By ENHANCE_YOUR_CALM it says that this client asks for too much at once: ask for fewer ${settingName('streams', form)} or ${settingName('connections', form)}, or raise its limit for this run.`
        : `Look at its limits (streams at a time, requests per connection), or ask for fewer ${settingName('streams', form)}.`
      : Math.max(base ?? 0, head ?? 0) > MOSTLY
        ? `Nearly every connection ends after one answer: ${headerText('connection: close', form)} gives each request one of its own.`
        : 'Look at its limits of connections (keep-alive time, requests per connection or per worker).';
  const how = isWebSocket
    ? 'the server closed the connection in order (code 1000, 1001, 1012, 1013 or none) while one was under way'
    : hasStreams
      ? `the server refused them (${codes.length === 0 ? 'REFUSED_STREAM, GOAWAY' : codes.join(', ')}), or ended the connection before any byte of an answer`
      : 'the server ended the connection before any byte of an answer and without saying so (`connection: close`)';
  return `${shares} were sent again: ${how}. They count as answered when they were in the end, with the whole time that they took.${differ}${lost} ${cure}`;
}

function moved(
  { data: { own, whole, limit }, severity }: FindingOf<'work-moved-beside'>,
  names: Words,
): string {
  const { head, form } = names;
  const isMore = own >= limit / 2;
  const less = own < 0 ? `${roughSize(-own)} less` : 'no more';
  const alone = `${head}'s server uses ${isMore ? `${roughSize(own)} more` : less} CPU time per ${workIn(names)}`;
  const seen = `${alone}, ${isMore ? 'and' : 'but'} together with what runs beside it (a database, or what \`before\` starts) ${roughSize(whole)} more: its work was moved, and not saved`;
  if (severity === 'warning') return `${seen}.`;
  const allowed = Math.ceil(200 * whole);
  return `${seen}. More than half the tolerance (${roughSize(limit)}) is too much to call anything unchanged or better. If it is meant, allow it: ${gateText('tolerance', 'cpu', `${allowed}%`, form)}`;
}

function putOff(
  { data: { waitedMs, base, head }, severity }: FindingOf<'work-put-off'>,
  names: Words,
): string {
  const { form } = names;
  const each = [
    ...(base === null ? [] : [`${names.base} ${toTwoDigits(base)}`]),
    ...(head === null ? [] : [`${names.head} ${toTwoDigits(head)}`]),
  ];
  const seen = `${formatDuration(waitedMs)} after the load was over the servers still worked (cores in use: ${each.join(', ')}): they answer first and do some of the work later, as a queue worker or a task in the background does, and what is left of it is in no figure`;
  if (severity === 'warning') return `${seen}.`;
  return `${seen}. More of it would not show, so nothing is called unchanged or better. Have that work done before the answer in this run (the eager or inline mode of the queue), by ${envText(form)}; or leave what does it later out of ${settingName('start', form)}, so that the ${workIn(names)}s alone are measured`;
}

/** A server that gets faster may only need longer. */
function longerWarmUp(drifts: readonly Drift[], { form }: Words): string {
  return drifts.some(({ perSecond }) => perSecond > 0)
    ? `, or give it longer before it is measured (${settingText('warmUp', '60s', form)})`
    : '';
}

function driftText({ arm, perSecond, blocks }: Drift, names: Words): string {
  const verb = perSecond > 0 ? 'rises' : 'falls';
  const where =
    blocks === null
      ? ' at the end of the longest warm-up that it gets, and goes on in the blocks'
      : ` (in ${blocks.drifting} of ${blocks.of} blocks)`;
  return `${names[arm]}'s throughput ${verb} by ${roughSize(Math.expm1(perSecond))} per second${where}`;
}

function blocksWere(blocks: number): string {
  return blocks === 1 ? '1 block was' : `${blocks} blocks were`;
}

function answersDiffer({ data, severity }: FindingOf<'answers-differ'>, names: Words): string {
  const { places, examples, kinds, compared } = data;
  const seen = examples.map(
    ({ request, at, base, head }) =>
      `${request} (${at}: ${names.base} answers ${base}, ${names.head} ${head === base ? 'another one' : head})`,
  );
  const partly =
    compared < kinds ? `, of ${compared} compared kinds of requests out of ${kinds}` : '';
  const what = `${names.head} does not answer what ${names.base} answers: ${seen.join(', ')}${moreText(places - examples.length)}${partly}`;
  return severity === 'warning'
    ? `${what}. The two do not do the same work, so look at that before you trust the speed.`
    : `${what}. A wrong answer is often a fast one, so its speed is not compared. If the change is meant to answer otherwise, say ${inScenario('answers: may-differ', names.form)}, or name the places in \`answers: { except: […] }\``;
}

function bodiesSizedOtherwise(
  { data, severity }: FindingOf<'bodies-sized-otherwise'>,
  names: Words,
): string {
  const { base, head, bytes, kinds, usualBytes } = data;
  const commonest = bytes.most === 0 ? 'without a body' : `of ${bytesText(bytes)}`;
  const kind = kinds === 1 ? commonest : `of other lengths, most of them ${commonest}`;
  const what = `under load, ${roughSize(head)} of ${names.head}'s answers were ${kind}, and ${base === 0 ? 'none' : roughSize(base)} of ${names.base}'s, which mostly have ${bytesText(usualBytes)}`;
  return severity === 'warning'
    ? `${what}. The two do not do the same work, so look at that before you trust the speed.`
    : `${what}. A wrong answer is often a fast one, so its speed is not compared. If the change is meant to answer otherwise, say ${inScenario('answers: may-differ', names.form)}; there \`expect: { body: … }\` makes every such answer an error`;
}

function changedUnderLoad(
  { data, severity }: FindingOf<'answers-change-under-load'>,
  { base, head, form }: Words,
): string {
  const { bytes, unloadedBytes } = data;
  const what = `under load, ${roughSize(data.base)} of ${base}'s answers and ${roughSize(data.head)} of ${head}'s have ${bytesText(bytes)}, where before the load they had ${bytesText(unloadedBytes)}: it may be a page that keeps robots out (a captcha, a firewall), or an error with a good status, or before the load the server was not ready and said so with a good status`;
  return severity === 'warning'
    ? `${what}. Look at what is answered before you trust the speed.`
    : `${what}. Such answers say nothing about the code. Turn that off for this run, by ${envText(form)}, or: ${readyOnly(form)}; or if it is meant, say ${inScenario('answers: may-differ', form)}`;
}

function changedAfterStart(
  { data, severity }: FindingOf<'answers-change-after-start'>,
  { base, head, form }: Words,
): string {
  const { bytes, laterBytes } = data;
  const what = `${base} and ${head} answered with ${bytesText(bytes)} when each had just become ready, and with ${bytesText(laterBytes)} some seconds later: as a server does that says "starting" with a good status`;
  return severity === 'warning'
    ? `${what}. Look at what is answered before you trust the speed.`
    : `${what}. Each block begins with such answers, which say nothing about the code. ${readyOnly(form)}; or if it is meant, say ${inScenario('answers: may-differ', form)}`;
}

function bytesText({ least, most }: { least: number; most: number }): string {
  if (most === 0) return 'no body';
  return least === most
    ? plural(least, 'byte')
    : `${formatCount(least)} to ${formatCount(most)} bytes`;
}

function moreText(more: number): string {
  return more > 0 ? ` and ${more} more` : '';
}

/** A server says how many streams it takes on a connection, and the others wait for their turn. */
function fewStreams(share: number, streams: number, { form }: Words): string {
  const used = Math.max(1, Math.round(share * streams));
  return `about ${used} of the ${streams} streams of each connection ${used === 1 ? 'was' : 'were'} in use, as where a server allows no more at a time (SETTINGS_MAX_CONCURRENT_STREAMS). Ask for ${settingText('streams', used, form)}, and for more connections in their place.`;
}

/** So many times as fast without a pause is no matter of the client. */
const HELD_BACK = 3;

function muchFaster({ form }: Words): string {
  return `either the server became faster meanwhile (a longer ${settingName('warmUp', form)} would help), or the machine was busy, or idle connections hold its workers: our load pauses between its slices, and some servers keep a thread for each idle connection for a moment (Puma 0.2 s), while others wait. Then ask for no more connections than it has threads.`;
}
