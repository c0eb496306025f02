/** What the reader has chosen, as the part of the address behind `#`: so that a view can be sent to somebody. */
import type { LineKind } from '../history/page/model.ts';
import { RUN_NAME } from './chosen-run.ts';

export interface PageState {
  /** Of the subject that is looked at; null: the overview. */
  readonly subject: { readonly server: string; readonly scenario: string } | null;
  /** Of the overview: null for the worst of each subject. */
  readonly metric: string | null;
  readonly kind: LineKind | null;
  /** Only subjects of this server. */
  readonly server: string | null;
  /** Only runs on this machine: its hash. */
  readonly machine: string | null;
  /** Days or moments, ISO 8601; a day as an end is meant whole. */
  readonly from: string | null;
  readonly to: string | null;
  /** Runs that are compared, by name (`chosen-run.ts`). */
  readonly first: string | null;
  readonly second: string | null;
}

/** Changes what the address says now, and leaves the rest of it. `isNew`: a step to which the browser's "back" should come back. */
export type Go = (change: Partial<PageState>, isNew?: boolean) => void;

export const NOTHING_CHOSEN: PageState = {
  subject: null,
  metric: null,
  kind: null,
  server: null,
  machine: null,
  from: null,
  to: null,
  first: null,
  second: null,
};

const KINDS: readonly string[] = ['value', 'calibrated', 'chain'] satisfies LineKind[];
const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/;

/** What cannot be read is as if it were not there. */
export function stateOf(hash: string): PageState {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: string) => given.get(name) || null;
  const fitting = (name: string, form: RegExp) => {
    const value = text(name);
    return value !== null && form.test(value) ? value : null;
  };
  const [server, scenario] = [text('subject-server'), text('subject')];
  const kind = text('line');
  return {
    subject: server === null || scenario === null ? null : { server, scenario },
    metric: text('metric'),
    kind: kind !== null && KINDS.includes(kind) ? (kind as LineKind) : null,
    server: text('server'),
    machine: fitting('machine', /^[0-9a-f]{12,64}$/),
    from: moment(fitting('from', MOMENT)),
    to: moment(fitting('to', MOMENT)),
    first: fitting('a', RUN_NAME),
    second: fitting('b', RUN_NAME),
  };
}

export function hashOf(state: PageState): string {
  const pairs: [string, string | null][] = [
    ['subject-server', state.subject?.server ?? null],
    ['subject', state.subject?.scenario ?? null],
    ['metric', state.metric],
    ['line', state.kind],
    ['server', state.server],
    ['machine', state.machine],
    ['from', state.from],
    ['to', state.to],
    ['a', state.first],
    ['b', state.second],
  ];
  const given = pairs.filter((pair): pair is [string, string] => pair[1] !== null);
  return given.length === 0 ? '' : `#${new URLSearchParams(given)}`;
}

function moment(text: string | null): string | null {
  return text !== null && Number.isFinite(Date.parse(text)) ? text : null;
}

const DAY_S = 86_400;

/** Seconds since 1970 of the first moment within, and of the first one after it; infinite where nothing is chosen. */
export function period({ from, to }: Pick<PageState, 'from' | 'to'>): [from: number, to: number] {
  const seconds = (text: string) => Date.parse(text) / 1000;
  const end = to === null ? Infinity : seconds(to) + (to.includes('T') ? 1 : DAY_S);
  return [from === null ? -Infinity : seconds(from), end];
}

/** Places of the moments, ascending, that lie within. */
export function placesWithin(
  moments: readonly number[],
  [from, to]: readonly [number, number],
): { from: number; to: number } {
  const first = moments.findIndex((one) => one >= from);
  const after = moments.findIndex((one) => one >= to);
  return {
    from: first < 0 ? moments.length : first,
    to: after < 0 ? moments.length : after,
  };
}
