/** From `go.idle.dropped` to a server, a scenario and a metric. Names may hold dots, so the known names decide where one ends. */

import { ClaimMetric } from '../experiment/claim.ts';
import { nameAsWritten } from '../experiment/cores.ts';
import type { Scenario } from '../experiment/scenario.ts';
import { didYouMean, nearest } from '../mistakes/nearest.ts';
import type { Wrong } from './lex.ts';
import type { Term } from './parse.ts';

/** Whom a claim can speak of: servers, or in a comparison of servers the names that they have there. */
export interface Known {
  servers: ReadonlyMap<string, readonly Scenario[]>;
}

export interface Meant {
  server: string;
  /** As it was written; null: every scenario that has the metric. */
  scenario: string | null;
  metric: ClaimMetric;
  /** Where the metric stands. */
  metricAt: { at: number; end: number };
}

/** A part between dots. */
interface Atom {
  text: string;
  isQuoted: boolean;
  at: number;
  end: number;
}

export function meantBy(term: Term, known: Known): { meant: Meant } | { wrong: Wrong[] } {
  const atoms = atomsOf(term);
  const names = atoms.slice(0, -1);
  const last = atoms.at(-1) as Atom;
  const metric = metricOf(last);
  if (names.length === 0) return { wrong: [lonely(last, metric, known)] };
  const readings = readingsOf(names, known);
  const wrong = [
    ...(metric === null ? [unknownMetric(term, last, known)] : []),
    ...(readings.length === 0 ? [unknownName(names, known)] : []),
    ...(readings.length > 1 ? [twoReadings(term, readings, last)] : []),
  ];
  const [reading] = readings;
  if (wrong.length > 0 || metric === null || reading === undefined) return { wrong };
  return { meant: { ...reading, metric, metricAt: last } };
}

/** A quoted name is one part, whatever stands in it. */
function atomsOf({ text, at }: Term): Atom[] {
  const found = [...text.matchAll(/"([^"]*)"|[^."]+|(?<=^|\.)(?=\.|$)/g)];
  return found.map((part) => ({
    text: part[1] ?? part[0],
    isQuoted: part[1] !== undefined,
    at: at + part.index,
    end: at + part.index + part[0].length,
  }));
}

function metricOf({ text, isQuoted }: Atom): ClaimMetric | null {
  return isQuoted ? null : (ClaimMetric.options.find((one) => one === text) ?? null);
}

type Reading = Pick<Meant, 'server' | 'scenario'>;

/** Every way to cut the names into a known server and one of its scenarios. */
function readingsOf(names: readonly Atom[], { servers }: Known): Reading[] {
  return names.flatMap((_, i): Reading[] => {
    const [server, scenario] = [joined(names.slice(0, i + 1)), joined(names.slice(i + 1))];
    const scenarios = server === null ? undefined : servers.get(server);
    if (server === null || scenarios === undefined) return [];
    if (i + 1 === names.length) return [{ server, scenario: null }];
    const isKnown = scenarios.some(({ name }) => isNamed(name, scenario ?? ''));
    return scenario !== null && isKnown ? [{ server, scenario }] : [];
  });
}

/** Whether a scenario is meant by this name: its own, or that of all numbers of cores. */
export function isNamed(name: string, written: string): boolean {
  return name === written || nameAsWritten(name) === written;
}

/** As one name; null where quotes say that it is not. */
function joined(atoms: readonly Atom[]): string | null {
  if (atoms.length > 1 && atoms.some(({ isQuoted }) => isQuoted)) return null;
  return atoms.map(({ text }) => text).join('.');
}

function lonely(only: Atom, metric: ClaimMetric | null, { servers }: Known): Wrong {
  const [some = 'api'] = servers.keys();
  const place = { at: only.at, end: only.end };
  if (metric !== null) {
    const message = `\`${only.text}\` of which server? expected a server and a metric`;
    return { ...place, message, hint: `write \`${some}.${metric}\`` };
  }
  const message = `found \`${only.text}\`; expected a server and a metric`;
  const server = servers.has(only.text)
    ? only.text
    : (nearest(only.text, [...servers.keys()]) ?? some);
  return { ...place, message, hint: `write \`${server}.throughput\`` };
}

function unknownMetric(term: Term, last: Atom, known: Known): Wrong {
  const place = { at: last.at, end: last.end };
  const isWhole = readingsOf(atomsOf(term), known).length > 0;
  if (isWhole) {
    const message = 'expected a metric behind the name';
    return { at: last.end, end: last.end, message, hint: `write \`${term.text}.throughput\`` };
  }
  const message = `found \`${last.text}\`; expected a metric`;
  const glued = /^(.+)-\d/.exec(last.text)?.[1];
  if (ClaimMetric.options.some((one) => one === glued)) {
    return { ...place, message, hint: 'a `-` that subtracts needs a space on each side' };
  }
  const list = `metrics are ${ClaimMetric.options.join(', ')}`;
  const meant = didYouMean(last.text, ClaimMetric.options) ?? inOtherWords(last.text);
  return { ...place, message, hint: meant === undefined ? list : `${meant} ${list}` };
}

const OTHER_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(rps|rate|requests|reqs?|qps|speed)$/i, 'throughput'],
  [/^(rss|ram|mem)$/i, 'memory'],
  [/^(latency|median)$/i, 'p50'],
  [/^(drops|lost)$/i, 'dropped'],
  [/^(stalls?|pause)$/i, 'longest-stall'],
  [/^(scaling|efficiency)$/i, 'cores-efficiency'],
];

function inOtherWords(word: string): string | undefined {
  const found = OTHER_WORDS.find(([pattern]) => pattern.test(word));
  return found && `did you mean \`${found[1]}\`?`;
}

function unknownName(names: readonly Atom[], { servers }: Known): Wrong {
  const known = [...servers.keys()];
  const place = (atoms: readonly Atom[]) => ({
    at: (atoms[0] as Atom).at,
    end: (atoms.at(-1) as Atom).end,
  });
  // The longest beginning that is a server: what follows is then no scenario of it.
  for (let i = names.length - 1; i > 0; i--) {
    const server = joined(names.slice(0, i));
    const scenarios = server === null ? undefined : servers.get(server);
    if (server === null || scenarios === undefined) continue;
    const rest = names.slice(i);
    const written = rest.map(({ text }) => text).join('.');
    const options = [...new Set(scenarios.flatMap(({ name }) => [nameAsWritten(name), name]))];
    const message = `found \`${written}\`; expected a scenario of \`${server}\``;
    const list = `its scenarios are ${options.join(', ')}`;
    return { ...place(rest), message, hint: hintOf(written, options, list) };
  }
  const whole = joined(names) ?? names.map(({ text }) => text).join('.');
  const [first] = names as [Atom];
  const isWhole = names.length === 1 || nearest(whole, known) !== null;
  const written = isWhole ? whole : first.text;
  const message = `found \`${written}\`; expected a server`;
  const list =
    known.length === 1 ? `the only server is \`${known[0]}\`` : `servers are ${known.join(', ')}`;
  return { ...place(isWhole ? names : [first]), message, hint: hintOf(written, known, list) };
}

function hintOf(word: string, options: readonly string[], list: string): string {
  const meant = didYouMean(word, options);
  return meant === undefined ? list : `${meant} ${list}`;
}

function twoReadings(term: Term, readings: readonly Reading[], last: Atom): Wrong {
  const forms = readings.map(({ server, scenario }) => {
    const quoted = [server, ...(scenario === null ? [] : [scenario])].map((one) => `"${one}"`);
    return `\`${[...quoted, last.text].join('.')}\``;
  });
  const message = `\`${term.text}\` can be read in ${readings.length} ways`;
  return { at: term.at, end: term.end, message, hint: `write ${forms.join(' or ')}` };
}
