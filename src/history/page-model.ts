/**
 * Lines of a history and change points → what the page is drawn from. Pure. A subject's figures become columns of their
 * own, which the page unpacks when somebody looks at that subject: opening the page costs no more than its overview.
 */
import { begunAt, type HistoryLine, runKey } from './line.ts';
import { pack } from './page/columns.ts';
import { metricParts } from './page/metric.ts';
import {
  ACCEPTED,
  lineKey,
  type PackedLine,
  type PageData,
  type PageMachine,
  type PageModel,
  type PageRuns,
  type PageSubject,
  REFERENCE,
  WORDS,
} from './page/model.ts';
import { subjectStanding } from './standing.ts';
import type { Chain, ChangePoint, Trends } from './trends/change-point.ts';

export interface PageWords {
  /** What a metric is called; `hasMessages`: of a scenario that counts messages. */
  readonly labelOf: (metric: string, hasMessages: boolean) => string;
  /** Sorts the metrics of a subject. */
  readonly byMetric: (a: string, b: string) => number;
}

export interface PageParts {
  readonly model: PageModel;
  /** Of each subject of the model, in its order. */
  readonly data: readonly PageData[];
}

/** What is kept of a subject until all are known: its runs by the order in which they were met. */
interface MetSubject {
  readonly subject: PageSubject;
  readonly data: Omit<PageData, 'runs'>;
  readonly runs: Int32Array;
  readonly lost: number;
}

/**
 * Takes one subject after the other, so that a million lines need not be in memory at once: of each only its packed columns
 * are kept.
 */
export class PageBuilder {
  readonly #words: PageWords;
  readonly #runs: MetRuns = { places: new Map(), lines: [] };
  readonly #machines = new Map<string, { place: number; machine: PageMachine }>();
  readonly #subjects: MetSubject[] = [];

  constructor(words: PageWords) {
    this.#words = words;
  }

  /** All lines of one subject, in any order. */
  add(lines: readonly HistoryLine[], trends: Partial<Trends> = {}): void {
    if (lines.length === 0) return;
    const { lines: attempts, slower } = subjectStanding(lines);
    const met = sortedByMoment(attempts.map(({ line }) => line));
    const ordered = met.map(({ line }) => line);
    for (const { fingerprint } of ordered) {
      if (fingerprint === null || this.#machines.has(fingerprint.hash)) continue;
      const machine = { hash: fingerprint.hash, parts: fingerprint.parts };
      this.#machines.set(fingerprint.hash, { place: this.#machines.size, machine });
    }
    const runs = Int32Array.from(met, (one) => meet(this.#runs, one));
    const parts = subjectParts(ordered, {
      words: this.#words,
      machines: this.#machines,
      named: grouped(trends.changePoints ?? []),
      chains: new Map((trends.chains ?? []).map((one) => [one.metric, one])),
      slower,
    });
    this.#subjects.push({ ...parts, runs });
  }

  /** `unread`: how many lines were damaged. */
  finish(unread = 0): PageParts {
    const { lines } = this.#runs;
    const ordered = sortedByMoment(lines);
    const places = new Int32Array(lines.length);
    ordered.forEach(({ moment }, place) => {
      places[this.#runs.places.get(moment) as number] = place;
    });
    const subjects = this.#subjects.sort(({ subject: a }, { subject: b }) =>
      nameOf(a) < nameOf(b) ? -1 : 1,
    );
    return {
      model: {
        runs: runColumns(ordered.map(({ line }) => line)),
        machines: [...this.#machines.values()].map(({ machine }) => machine),
        subjects: subjects.map(({ subject }) => subject),
        lost: subjects.reduce((sum, { lost }) => sum + lost, 0),
        unread,
      },
      data: subjects.map(({ data, runs }) => ({
        ...data,
        runs: pack([...runs].map((met) => places[met] as number)),
      })),
    };
  }
}

/** Of a run nothing but what the page says of it. */
type MetRun = Pick<HistoryLine, 'at' | 'commit' | 'pulls' | 'run' | 'imported'>;

interface MetRuns {
  readonly places: Map<string, number>;
  readonly lines: MetRun[];
}

/** The run's number: all attempts at it are one, at the moment of the first. */
function meet({ places, lines }: MetRuns, { line, moment }: Placed<HistoryLine>): number {
  const known = places.get(moment);
  if (known !== undefined) return known;
  const { commit, pulls, run, imported } = line;
  places.set(moment, lines.length);
  lines.push({ at: begunAt(line), commit, pulls, run, imported });
  return lines.length - 1;
}

/** Sorts alike within a subject and among all of them. */
function momentOf(line: MetRun): string {
  // With milliseconds it is so already, which most are.
  const begun = begunAt(line);
  const at = /\.\d{3}Z$/.test(begun) ? begun : new Date(begun).toISOString();
  return `${at} ${runKey(line)}`;
}

interface Placed<Line> {
  readonly line: Line;
  readonly moment: string;
}

function sortedByMoment<Line extends MetRun>(lines: readonly Line[]): Placed<Line>[] {
  const placed = lines.map((line) => ({ line, moment: momentOf(line) }));
  return placed.sort((a, b) => (a.moment < b.moment ? -1 : 1));
}

function runColumns(all: readonly MetRun[]): PageRuns {
  const homes = new Set(all.flatMap(({ run }) => repositoryOf(run?.url) ?? []));
  const [repository = null] = homes.size === 1 ? homes : [];
  const pulls: Record<number, readonly number[]> = {};
  all.forEach((line, i) => {
    if (line.pulls.length > 0) pulls[i] = line.pulls;
  });
  return {
    count: all.length,
    commits: all.map(({ commit }) => commit).join(','),
    at: pack(all.map(({ at }) => Math.floor(Date.parse(at) / 1000))),
    pulls,
    repository,
    ids: pack(all.map(({ run }) => run?.id ?? null)),
  };
}

/** `https://github.com/owner/name`, of the address of a workflow run. */
function repositoryOf(url: string | null | undefined): string | null {
  return /^(https:\/\/[\w.:-]+\/[\w.-]+\/[\w.-]+)\/actions\/runs\/\d+/.exec(url ?? '')?.[1] ?? null;
}

interface Context {
  readonly words: PageWords;
  readonly machines: ReadonlyMap<string, { place: number; machine: PageMachine }>;
  /** By the metric's name. */
  readonly named: ReadonlyMap<string, ChangePoint[]>;
  readonly chains: ReadonlyMap<string, Chain>;
  /** Of each metric that is slower than it was: since which commit. */
  readonly slower: ReadonlyMap<string, string>;
}

function nameOf({ server, scenario }: Pick<PageSubject, 'server' | 'scenario'>): string {
  return JSON.stringify([server, scenario]);
}

function grouped(changePoints: readonly ChangePoint[]): Map<string, ChangePoint[]> {
  const groups = new Map<string, ChangePoint[]>();
  for (const one of changePoints) {
    groups.set(one.metric, [...(groups.get(one.metric) ?? []), one]);
  }
  return groups;
}

function subjectParts(lines: readonly HistoryLine[], context: Context): Omit<MetSubject, 'runs'> {
  const { words, machines, named, chains, slower } = context;
  const { server, scenario } = (lines[0] as HistoryLine).subject;
  const machineOf = lines.map(({ fingerprint }) =>
    fingerprint === null ? null : (machines.get(fingerprint.hash)?.place ?? null),
  );
  const names = new Set(lines.flatMap(({ metrics }) => Object.keys(metrics)));
  const hasMessages = lines.some(({ metrics }) => metrics.throughput?.unit === 'msg/s');
  const packed: Record<string, PackedLine> = {};
  let lost = 0;
  const metrics = [...names].sort(words.byMetric).flatMap((name) => {
    const made = metricParts(name, lines, machineOf, {
      changePoints: named.get(name) ?? [],
      chain: chains.get(name),
      slowerSince: slower.get(name) ?? null,
    });
    if (made === null) return [];
    for (const { kind, line } of made.lines) packed[lineKey(name, kind)] = line;
    lost += made.lost;
    return [{ ...made.metric, label: words.labelOf(name, hasMessages) }];
  });
  return {
    subject: { server, scenario, metrics },
    data: { words: pack(lines.map(wordOf)), machines: pack(machineOf), lines: packed },
    lost,
  };
}

function wordOf({ verdict, accepted, reference }: HistoryLine): number {
  const marks = (accepted === null ? 0 : ACCEPTED) + (reference ? REFERENCE : 0);
  return WORDS.indexOf(verdict) + marks;
}
