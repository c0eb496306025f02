/** A subject's badge: what shields.io asks of an endpoint (https://shields.io/badges/endpoint-badge). Pure. */
import { type HistoryLine, jobOf } from '../../history/line.ts';
import { type Standing, type StandingLine, subjectStanding } from '../../history/standing.ts';
import { shortCommit } from '../../terms/short-commit.ts';
import type { VerdictWord } from '../../terms/verdict-word.ts';
import { oneLine } from '../markup/escape.ts';
import { headText } from './figure.ts';

export interface Badge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: Colour;
  /** Shields then lets no address paint it in another colour. */
  readonly isError?: true;
}

type Colour = 'brightgreen' | 'blue' | 'yellow' | 'orange' | 'red' | 'lightgrey';
type Look = Pick<Badge, 'message' | 'color' | 'isError'>;

const LABEL_AT_MOST = 60;

/** @param lines all of one subject, in any order; null: there is none */
export function badgeOf(lines: readonly HistoryLine[]): Badge | null {
  const last = lastOf(subjectStanding(lines).lines);
  if (last === undefined) return null;
  const { server, scenario } = last.line.subject;
  const label = oneLine(`${server}/${scenario}`, LABEL_AT_MOST);
  const { message, ...look } = lookOf(last, lines);
  // The figure that everybody understands; raw, so it moves with the machine.
  const rate = headText(last.line.metrics.throughput);
  const said = rate === null ? message : `${message}, ${rate}`;
  return { schemaVersion: 1, label, message: said, ...look };
}

/**
 * Of several jobs that have measured the newest commit, the one that is slower. A run against a release says nothing of the last push, nor does
 * what another program has measured.
 */
function lastOf(all: readonly StandingLine[]): StandingLine | undefined {
  const own = all.filter(({ standing }) => !['reference', 'imported'].includes(standing));
  const newest = own.at(-1) ?? all.at(-1);
  const jobs = new Map(
    own
      .filter(({ line }) => line.commit === newest?.line.commit)
      .map((one) => [jobOf(one.line), one]),
  );
  const found = [...jobs.values()];
  const slower = (wanted: Standing) => found.find(({ standing }) => standing === wanted);
  return slower('regressed') ?? slower('after-regression') ?? newest;
}

/** Green says that the branch is no slower than it was; so what follows a slowdown is never green. */
function lookOf({ line, standing }: StandingLine, lines: readonly HistoryLine[]): Look {
  if (standing === 'regressed') return { message: 'regression', color: 'red', isError: true };
  if (standing === 'after-regression') {
    const slower = slowerSince(lines.filter((one) => jobOf(one) === jobOf(line)));
    const since = slower === undefined ? '' : ` since ${shortCommit(slower)}`;
    return { message: `slower${since}`, color: 'orange', isError: true };
  }
  // As fast as what was measured on this kind of machine; whether that is as fast as it was nobody knows.
  if (standing === 'slow-baseline') return BY_WORD['no-baseline'];
  if (standing === 'broken') return { message: 'not measured', color: 'lightgrey' };
  if (standing === 'imported') return { message: 'imported', color: 'blue' };
  if (standing === 'reference') return BY_WORD['no-baseline'];
  if (line.accepted !== null) return { message: 'slowdown accepted', color: 'blue' };
  return BY_WORD[line.verdict];
}

/** The commit with which the first of what is still slow was seen, as the page has it: each later run may have been red, too. */
function slowerSince(lines: readonly HistoryLine[]): string | undefined {
  const { lines: all, slower } = subjectStanding(lines);
  const commits = new Set(slower.values());
  return all.find(({ line }) => commits.has(line.commit))?.line.commit;
}

const BY_WORD: Record<VerdictWord, Look> = {
  unchanged: { message: 'no slowdown', color: 'brightgreen' },
  improvement: { message: 'improved', color: 'brightgreen' },
  inconclusive: { message: 'inconclusive', color: 'yellow' },
  'no-baseline': { message: 'measured', color: 'blue' },
  regression: { message: 'regression', color: 'red', isError: true },
  invalid: { message: 'not measured', color: 'lightgrey' },
};
