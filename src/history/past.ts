/** Lines of a history → the earlier runs that a new one is compared with, and a new run → what its lines have of the calibrator. Pure. */
import { type SubjectId, subjectName } from '../config/experiment.ts';
import { calibratedValue, calibratorRates } from '../judge/past/calibrated.ts';
import { tooBusy } from '../judge/past/quiet.ts';
import { fingerprintOf } from '../measure/fingerprint.ts';
import type { Measurement } from '../measure/measurement.ts';
import { CalibratedMetric, type PastRun, type PastRuns } from '../measure/past-runs.ts';
import { type CountedRun, countedOf } from './counted.ts';
import type { HistoryLine } from './line.ts';
import type { SubjectExtras } from './of-run.ts';

const UNKNOWN_RATES = { work: null, light: null };

/** The runs of one subject that count, in the order of time. */
export interface SubjectPast {
  readonly subject: SubjectId;
  readonly runs: readonly CountedRun[];
}

/** `lines`: of any subjects, in any order; all of them sound. */
export function pastOf(lines: readonly HistoryLine[]): Pick<PastRuns, 'fingerprints' | 'subjects'> {
  const bySubject = new Map<string, HistoryLine[]>();
  for (const line of lines) {
    const name = subjectName(line.subject);
    const own = bySubject.get(name);
    if (own === undefined) bySubject.set(name, [line]);
    else own.push(line);
  }
  return pastFrom(
    [...bySubject.values()].map((own) => ({
      subject: (own[0] as HistoryLine).subject,
      runs: countedOf(own),
    })),
  );
}

export function pastFrom(all: readonly SubjectPast[]): Pick<PastRuns, 'fingerprints' | 'subjects'> {
  const fingerprints: Record<string, Record<string, string>> = {};
  const subjects = all.map(({ subject: { server, scenario }, runs }) => {
    for (const { line } of runs) {
      const { hash, parts } = line.fingerprint as NonNullable<HistoryLine['fingerprint']>;
      fingerprints[hash] = { ...parts };
    }
    return { server, scenario, runs: runs.map(runOf) };
  });
  return { fingerprints, subjects };
}

function runOf({ line, standing }: CountedRun): PastRun {
  const { at, commit, verdict, accepted, calibrator, fingerprint } = line;
  const values = CalibratedMetric.options.flatMap((metric) => {
    const value = line.metrics[metric]?.calibrated ?? null;
    return value === null ? [] : [[metric, value] as const];
  });
  return {
    at,
    commit,
    fingerprint: fingerprint?.hash ?? '',
    verdict: isFaster(line) ? 'improvement' : verdict,
    accepted: accepted !== null,
    isBaseline: standing === 'baseline',
    calibratorRates: calibrator?.rates ?? UNKNOWN_RATES,
    metrics: Object.fromEntries(values),
  };
}

/** One metric got better, and another one could not tell: today's speed is another one all the same. */
function isFaster({ verdict, metrics }: HistoryLine): boolean {
  if (verdict !== 'inconclusive') return false;
  return CalibratedMetric.options.some((metric) => {
    const { word, calibrated = null } = metrics[metric] ?? {};
    return word === 'improvement' && calibrated !== null;
  });
}

/** What the lines of a run have beside its verdict; of a run without the calibrator its fingerprint alone. */
export function extrasOf(measurement: Measurement): (subject: SubjectId) => SubjectExtras {
  const hash = measurement.past?.calibrator ?? null;
  const known = new Map(measurement.subjects.map((one) => [subjectName(one), one.blocks]));
  return (subject) => {
    const blocks = known.get(subjectName(subject)) ?? [];
    // On a busy machine it is no figure of the code.
    const isQuiet = tooBusy(blocks) === null;
    return {
      fingerprint: fingerprintOf(measurement, subject, hash),
      calibrator:
        hash === null ? null : { hash, rates: isQuiet ? calibratorRates(blocks) : UNKNOWN_RATES },
      calibrated: Object.fromEntries(
        CalibratedMetric.options.map((metric) => [
          metric,
          isQuiet ? calibratedValue(metric, blocks) : null,
        ]),
      ),
    };
  };
}
