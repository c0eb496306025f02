/** Findings of the health checks: what the machine, the load generator and the servers did. */
import * as z from 'zod';
import { MetricName } from '../../config/experiment/metrics.ts';
import { PeerCode } from '../../load/unexpected.ts';
import { AnswerDifference, AnsweredByError } from '../../measure/observed/answers.ts';
import { Disturbance } from '../../measure/observed/disturbance.ts';
import { ProgramsCopied } from '../../measure/observed/measurement.ts';
import { Arm } from '../../terms/arm.ts';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { Work } from '../../terms/metric-terms.ts';
import { finding } from './define.ts';

/** How fast an arm drifts, and where that was seen: in so many of its blocks, or at the end of its warm-up (null). */
export const Drift = z.strictObject({
  arm: Arm,
  /** Change of ln(throughput) per second. */
  perSecond: z.number(),
  blocks: z.strictObject({ drifting: z.int(), of: z.int() }).nullable(),
});
export type Drift = DeepReadonly<z.infer<typeof Drift>>;

/** Lengths of bodies, in bytes. */
const Span = z.strictObject({ least: z.int().nonnegative(), most: z.int().nonnegative() });

/** Little's law: so much was in flight, of what was asked for. */
const inFlight = { inFlight: z.number(), asked: z.number(), work: Work };

/** Of a comparison with earlier runs: by so much more than these, or in all, as these do not say. Absent: than the other arm. */
const ofPast = { past: z.enum(['more', 'unknown']).optional() };

/** The doubts among them are warnings beside a regression, which they do not explain. */
export const HEALTH_FINDINGS = [
  finding('machine-too-disturbed', ['doubt', 'warning'], z.null(), {
    disturbed: z.int(),
    blocks: z.int(),
    example: Disturbance,
  }),
  /** Of a comparison with earlier runs: as `machine-too-disturbed`, by what head's own work may bring about. */
  finding('held-back', ['doubt', 'warning'], z.null(), {
    disturbed: z.int(),
    blocks: z.int(),
    example: Disturbance,
  }),
  /** In `disturbed` of the blocks others had the machine; the `quiet` ones alone pass as well. */
  finding('disturbed-left-out', ['warning'], z.null(), {
    disturbed: z.int(),
    blocks: z.int(),
    quiet: z.int(),
    example: Disturbance,
  }),
  /** Head answers what base never does: so many places, the first few of them. */
  finding('answers-differ', ['doubt', 'warning'], z.null(), {
    places: z.int(),
    examples: z.array(AnswerDifference).min(1),
    kinds: z.int(),
    compared: z.int(),
  }),
  /**
   * Under load, head gives answers that are far longer or shorter than base's own. Shares of the answers of each; `bytes`: how long
   * these are, `usualBytes`: how long base's are.
   */
  finding('bodies-sized-otherwise', ['doubt', 'warning'], z.null(), {
    base: z.number(),
    head: z.number(),
    /** The commonest of `kinds` octaves. */
    bytes: Span,
    kinds: z.int(),
    usualBytes: Span,
  }),
  /** Both arms answer these requests by an error each time, and by a status that says otherwise. */
  finding('answers-say-error', ['doubt', 'warning'], z.null(), {
    requests: z.array(AnsweredByError).min(1),
  }),
  /**
   * Under load nearly all answers of both arms have lengths that none had before the load. Shares of the answers of each; `bytes`: how
   * long most of these are, `unloadedBytes`: how long answers were before.
   */
  finding('answers-change-under-load', ['doubt', 'warning'], z.null(), {
    base: z.number(),
    head: z.number(),
    bytes: Span,
    unloadedBytes: Span,
  }),
  /**
   * Of both arms no answer at the end of the pilot run is as long as any before its load, nor nearly, and the load's answers are as
   * long as these or those. `bytes`: how long they were before; `laterBytes`: how long later.
   */
  finding('answers-change-after-start', ['doubt', 'warning'], z.null(), {
    bytes: Span,
    laterBytes: Span,
  }),
  /** Other fields of the head, another coding of the body. */
  finding('answers-packed-otherwise', ['warning'], z.null(), {
    places: z.int(),
    examples: z.array(AnswerDifference.pick({ request: true, at: true })).min(1),
  }),
  finding('impossible-in-flight', ['doubt', 'warning'], Arm, inFlight),
  finding('never-steady', ['doubt', 'warning'], z.null(), { drifts: z.array(Drift).min(1) }),
  /** `change`: by which the comparison differs between blocks in which base was first, and those in which head was. */
  finding('order-matters', ['doubt', 'warning'], MetricName.nullable(), {
    order: z.enum(['start', 'connect', 'warm-up']),
    change: z.number(),
    blocks: z.strictObject({ base: z.int(), head: z.int() }),
  }),
  /** Shares of the busiest core of the generator, and of the server's cores; null where they cannot be read. */
  finding('generator-limit', ['doubt', 'warning'], Arm, {
    generatorBusy: z.number(),
    serverBusy: z.number().nullable(),
  }),
  /**
   * Neither the server nor the generator was busy. `answerMs`: what one answer takes; null where it is not known. `beside`: programs that
   * the server may have waited for; absent: none is known. `lost`: the share of the cores that others used, and of the time that the
   * generator waited for its own core; absent: it is not why, is too little to matter, or nothing is pinned.
   */
  finding('waiting-loop', ['doubt', 'warning'], Arm, {
    generatorBusy: z.number(),
    serverBusy: z.number().nullable(),
    answerMs: z.number().nullable(),
    beside: z.array(z.string()).optional(),
    lost: z.strictObject({ others: z.number(), generatorQueued: z.number() }).optional(),
  }),
  /** With fewer connections than the scenario has by default, which a slow server would have kept waiting. Times in milliseconds. */
  finding('load-lowered', ['warning'], z.null(), {
    from: z.int(),
    to: z.int(),
    answerMs: z.number(),
    atOnce: z.number(),
    waitMs: z.number(),
  }),
  /** The server keeps threads for idle connections. `isNamed`: the number was not changed. `isCutOff`: on all of them some had no answer in their time. Times in milliseconds. */
  finding('connections-held', ['warning'], z.null(), {
    from: z.int(),
    to: z.int(),
    roundMs: z.number(),
    isCutOff: z.literal(true).optional(),
    fewerRoundMs: z.number(),
    isNamed: z.boolean(),
  }),
  /** With fewer connections than the scenario has by default, as new ones found the server's queue of them full. */
  finding('listen-queue-full', ['warning'], z.null(), {
    from: z.int(),
    to: z.int(),
    overflows: z.int(),
    requests: z.int(),
  }),
  /** `working`: as many equally busy workers are as uneven; over the blocks from `least` to `most`. */
  finding('workers-idle', ['warning'], Arm, {
    workers: z.int(),
    working: z.number(),
    least: z.number(),
    most: z.number(),
  }),
  /** Blocks without latencies, as the arm could not keep up with the rate; of `blocks` with an open loop. */
  finding('fell-behind', ['warning'], Arm, {
    own: z.int(),
    /** Of the other arm. */
    others: z.int(),
    blocks: z.int(),
  }),
  finding('idle-connections', ['warning'], Arm, {
    ...inFlight,
    share: z.number(),
    /** Of each connection, where that is more than one. */
    streams: z.int().min(2).optional(),
  }),
  /** `example`: null where the measurement does not keep it. */
  finding('blocks-replaced', ['warning'], z.null(), {
    blocks: z.int(),
    example: Disturbance.nullable(),
  }),
  /** `isNeighbour`: in most blocks it was other processes. */
  finding('blocks-disturbed', ['warning'], z.null(), {
    blocks: z.int(),
    example: Disturbance,
    isNeighbour: z.boolean(),
  }),
  /** Its subject fails more often than the other arm. Shares of the requests. */
  finding('errors-differ', ['warning'], Arm, {
    more: z.number(),
    less: z.number(),
    limit: z.number(),
  }),
  /** Shares of the requests that were sent again; null: not loaded. `more`: who has more of them than chance explains. */
  finding('requests-resent', ['doubt', 'warning'], z.null(), {
    base: z.number().nullable(),
    head: z.number().nullable(),
    more: Arm.nullable(),
    /** Share of the requests that may fail, where head loses more of them than that beyond base; absent: it does not. */
    limit: z.number().optional(),
    /** Of HTTP/2 and HTTP/3, where a request can be refused by itself; absent: of HTTP/1.1. */
    hasStreams: z.literal(true).optional(),
    /** Of a WebSocket's echo: messages, and connections that were closed by a code. */
    isWebSocket: z.literal(true).optional(),
    /** Error codes with which the server had refused or ended them; absent: it gave none. */
    codes: z.array(PeerCode).min(1).optional(),
  }),
  /**
   * Head's CPU time per request is no worse, or less so, than together with that of what runs beside it. Changes as fractions: of the server alone, and with
   * that. `limit`: the tolerance of CPU time.
   */
  finding('work-moved-beside', ['doubt', 'warning'], z.null(), {
    own: z.number(),
    whole: z.number(),
    limit: z.number(),
  }),
  /** Cores that each used after its load was over, for as long as it was watched; null: it came to rest. */
  finding('work-put-off', ['doubt', 'warning'], z.null(), {
    waitedMs: z.number(),
    base: z.number().nullable(),
    head: z.number().nullable(),
  }),
  finding('burst-failures', ['warning'], Arm, {
    statuses: z.array(z.int()),
    failed: z.int(),
    asked: z.int(),
  }),
  /** Requests per second. */
  finding('burst-disagrees', ['warning'], Arm, { burst: z.number(), engine: z.number() }),
  /** `isSeen`: its blocks have enough slices to show a trend, and show none. */
  finding('warm-up-not-steady', ['warning'], Arm, { windows: z.int(), isSeen: z.boolean() }),
  /** Blocks ran the programs of the blocks before. */
  finding('programs-not-copied', ['warning'], z.null(), {
    why: ProgramsCopied.shape.lacking.unwrap(),
  }),
  /** Head takes longer from its start until it is ready. Medians of so many starts of each. */
  finding('starts-slower', ['warning'], z.null(), {
    baseMs: z.number(),
    headMs: z.number(),
    starts: z.int(),
  }),
  finding('servers-restarted', ['warning'], z.null(), { times: z.int() }),
  /** Of throughput, as a fraction, that the judged figure leaves out. */
  finding('rare-stalls', ['doubt', 'warning'], Arm, { share: z.number(), ...ofPast }),
  /** Of CPU per request, as a fraction and in seconds. */
  finding('rare-work', ['doubt', 'warning'], Arm, {
    share: z.number(),
    seconds: z.number(),
    ...ofPast,
  }),
  /** Standard deviations of a block's throughput. */
  finding('noisier-than-expected', ['warning'], z.null(), {
    sd: z.number(),
    expectedSd: z.number(),
  }),
] as const;
