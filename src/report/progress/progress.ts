/** The only part of the report that touches the world: it writes progress while the gate runs. */
import { performance } from 'node:perf_hooks';
import type { GateEvent } from '../../measure/told/events.ts';
import { issueCommand } from '../../system/messages/log.ts';
import { wrapWords } from '../screen/width.ts';
import { formatClock } from '../wording/format.ts';
import { type BuildEvent, createBuildLog } from './build-log.ts';
import { advance, INITIAL_PROGRESS, type ProgressState } from './progress-state.ts';
import { eventLine, renderProgress, stillLine } from './progress-view.ts';

/** What is needed of `process.stderr`. */
export interface ProgressStream {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
}

export interface ProgressOptions {
  /** Repaint in place; default: when the stream is a terminal. */
  live?: boolean;
  /** Print builds' output, folded by GitHub's group commands. Only when not live. */
  groups?: boolean;
  /** Only when not live: nobody waits longer than this without a line. */
  quietMs?: number;
}

export interface Progress extends Disposable {
  onEvent(event: GateEvent): void;
}

const TICK_MS = 500;
/** Nobody waits longer than this for a line; of a build, which takes its time, somewhat longer. */
const QUIET_MS = 10_000;
const BUILDING_QUIET_MS = 60_000;

/**
 * Live lines on a terminal, else one plain line for each stage and look. Dispose it to leave the
 * terminal clean; its timer never keeps the process alive.
 */
export function createProgress(stream: ProgressStream, options: ProgressOptions = {}): Progress {
  const live = options.live ?? stream.isTTY === true;
  return live ? liveProgress(stream) : plainProgress(stream, options);
}

function plainProgress(
  stream: ProgressStream,
  { groups = false, quietMs = QUIET_MS }: ProgressOptions,
): Progress {
  const buildLog = createBuildLog();
  let startedMs: number | null = null;
  let state: ProgressState = INITIAL_PROGRESS;
  let builds = 0;
  let last = { atMs: 0, heardMs: performance.now() };
  let lineMs = performance.now();
  let wordMs = lineMs;
  const write = (atMs: number, line: string) => {
    stream.write(`[${formatClock(atMs - (startedMs ?? atMs))}] ${line}\n`);
    lineMs = performance.now();
  };
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const patienceMs = builds > 0 ? Math.max(quietMs, BUILDING_QUIET_MS) : quietMs;
    if (startedMs === null || nowMs - lineMs < patienceMs) return;
    const line = stillLine(state, nowMs - wordMs);
    if (line !== null) write(last.atMs + nowMs - last.heardMs, line);
  }, quietMs / 10);
  timer.unref();
  return {
    onEvent(event) {
      startedMs ??= event.atMs;
      last = { atMs: event.atMs, heardMs: performance.now() };
      state = advance(state, event);
      if (event.type === 'building') builds++;
      if (event.type === 'built') builds--;
      if (groups && isBuildEvent(event)) {
        for (const line of buildLog(event)) {
          if (typeof line === 'string') stream.write(`${line}\n`);
          else issueCommand(stream, line);
          lineMs = performance.now();
        }
        return;
      }
      const line = eventLine(event);
      if (line === null) return;
      write(event.atMs, line);
      wordMs = lineMs;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
    },
  };
}

function liveProgress(stream: ProgressStream): Progress {
  let state: ProgressState = INITIAL_PROGRESS;
  let painted = 0;
  let last = { atMs: 0, heardMs: performance.now() };

  const columns = () => Math.max(20, (stream.columns || 80) - 1);
  const clear = () => {
    if (painted > 0) stream.write(`\u001b[${painted}A\u001b[0J`);
    painted = 0;
  };
  const paint = () => {
    clear();
    // A line in the last column or beyond the last row would scroll, and be painted again and again.
    const lines = renderProgress(state, columns()).slice(0, Math.max(1, (stream.rows || 24) - 1));
    if (lines.length > 0) stream.write(`${lines.join('\n')}\n`);
    painted = lines.length;
  };
  const timer = setInterval(() => {
    const atMs = last.atMs + performance.now() - last.heardMs;
    state = advance(state, { type: 'tick', atMs });
    paint();
  }, TICK_MS);
  timer.unref();

  return {
    onEvent(event) {
      last = { atMs: event.atMs, heardMs: performance.now() };
      state = advance(state, event);
      if (staysOnScreen(event)) {
        clear();
        const [start = '', ...rest] = wrapWords(eventLine(event) ?? '', columns() - 2);
        stream.write(`${[start, ...rest.map((line) => `  ${line}`)].join('\n')}\n`);
      }
      paint();
      if (event.type === 'finished') clearInterval(timer);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      clear();
    },
  };
}

function isBuildEvent(event: GateEvent): event is BuildEvent {
  return event.type === 'building' || event.type === 'build-line' || event.type === 'built';
}

/** What a person may want to read after it has happened. */
function staysOnScreen(event: GateEvent): boolean {
  if (event.type === 'built') return !event.ok;
  return ['warning', 'resolved', 'note', 'fitted'].includes(event.type);
}
