/** Lines of a history → the earlier runs that a new one is compared with, and a new run → what its lines have of the calibrator. Pure. */
import { type SubjectId, subjectName } from '../config/experiment/experiment.ts';
import { calibratedValue, calibratorRates } from '../judge/past/calibrated.ts';
import { isTooBusy } from '../judge/past/quiet.ts';
import { rareOf } from '../judge/past/rare.ts';
import { fingerprintOf } from '../measure/environment/fingerprint.ts';
import type { BlockMeasurement, Measurement } from '../measure/observed/measurement.ts';
import {
  CalibratedMetric,
  type CalibratedValue,
  type PastRun,
  type PastRuns,
} from '../measure/observed/past-runs.ts';
import { type CountedRun, countedOf } from './counted.ts';
import type { HistoryFingerprint, HistoryLine } from './line.ts';
import type { SubjectExtras } from './of-run.ts';
import { isBaseline } from './standing.ts';

const UNKNOWN_RATES = { work: null, light: null };

type Past = Pick<PastRuns, 'fingerprints' | 'subjects'>;

/** Takes subject after subject, and keeps of each run what it is compared by. */
export class PastCollector {
  readonly #fingerprints = new Map<string, HistoryFingerprint['parts']>();
  readonly #subjects: PastRuns['subjects'][number][] = [];

  add({ server, scenario }: SubjectId, runs: readonly CountedRun[]): void {
    for (const { line } of runs) {
      if (line.fingerprint !== null) {
        this.#fingerprints.set(line.fingerprint.hash, line.fingerprint.parts);
      }
    }
    this.#subjects.push({ server, scenario, runs: runs.map(runOf) });
  }

  get past(): Past {
    return { fingerprints: Object.fromEntries(this.#fingerprints), subjects: this.#subjects };
  }
}

/** `lines`: of any subjects, in any order; all of them sound. `job`: of which the new run is. */
export function pastOf(lines: readonly HistoryLine[], job: string | null = null): Past {
  const bySubject = new Map<string, HistoryLine[]>();
  for (const line of lines) {
    const name = subjectName(line.subject);
    const own = bySubject.get(name);
    if (own === undefined) bySubject.set(name, [line]);
    else own.push(line);
  }
  const collector = new PastCollector();
  for (const own of bySubject.values()) {
    collector.add((own[0] as HistoryLine).subject, countedOf(own, job));
  }
  return collector.past;
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
    isBaseline: isBaseline(standing),
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
    const isQuiet = !isTooBusy(blocks);
    return {
      fingerprint: fingerprintOf(measurement, subject, hash),
      calibrator:
        hash === null ? null : { hash, rates: isQuiet ? calibratorRates(blocks) : UNKNOWN_RATES },
      calibrated: Object.fromEntries(
        CalibratedMetric.options.map((metric) => [
          metric,
          isQuiet ? calibratedIn(metric, blocks) : null,
        ]),
      ),
    };
  };
}

function calibratedIn(
  metric: CalibratedMetric,
  blocks: readonly BlockMeasurement[],
): CalibratedValue | null {
  const value = calibratedValue(metric, blocks);
  const rare = rareOf(metric, blocks);
  return value === null || rare === null ? value : { ...value, rare };
}
