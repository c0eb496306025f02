/** What a claim is judged from: which subjects, which numbers of their blocks, and on which scale it is claimed. */

import type { Claim, ClaimSide } from '../../config/experiment/claim.ts';
import { CORES_EFFICIENCY } from '../../config/experiment/claim.ts';
import { namesIn } from '../../config/experiment/contenders.ts';
import { nameAsWritten } from '../../config/experiment/cores.ts';
import type { SubjectId } from '../../config/experiment/experiment.ts';
import type { MetricName } from '../../config/experiment/metrics.ts';
import type { Server } from '../../config/experiment/server.ts';
import { otherArm } from '../../terms/arm.ts';
import type { Finding } from '../findings/finding.ts';
import type { SubjectState } from '../state/state.ts';
import type { ClaimScale } from '../verdict/claim-verdict.ts';
import {
  isRatioMetric,
  negative,
  ownLogs,
  ownValues,
  pairedDifferences,
  pairedLogs,
  type Series,
} from './series.ts';
import { type Witness, witnessesOf } from './witness.ts';

export interface Evidence {
  scale: ClaimScale;
  /** Whether the numbers are logarithms, of a ratio or of a value. */
  isLog: boolean;
  /** What is claimed, on the scale of the verdict. */
  bound: number;
  /** The estimate is the sum of the means of these, and of `plus`. */
  series: readonly Series[];
  plus: number;
  sides: Sides;
}

/** What is claimed, on the scale of the estimate. */
export function limitOf({ bound, isLog }: Pick<Evidence, 'bound' | 'isLog'>): number {
  return isLog ? Math.log(bound) : bound;
}

/** An estimate, on the scale of the verdict. */
export function onVerdictScale(d: number, { isLog }: Pick<Evidence, 'isLog'>): number {
  return isLog ? Math.exp(d) : d;
}

/** Who stands on the sides of a claim. */
export type Sides =
  /** One server against a value. */
  | { readonly kind: 'alone'; readonly left: Witness }
  /** The arms of one pair. */
  | { readonly kind: 'pair'; readonly left: Witness; readonly right: Witness }
  /** Two servers that were never alive at once. */
  | { readonly kind: 'apart'; readonly left: Witness; readonly right: Witness }
  /** Several numbers of cores on either side, of which no single value is told. */
  | { readonly kind: 'curves' };

/** Those of which there is one witness each: the right one only where two servers are compared. */
export function witnesses(sides: Sides): { left: Witness; right: Witness | null } | null {
  if (sides.kind === 'curves') return null;
  return { left: sides.left, right: sides.kind === 'alone' ? null : sides.right };
}

export interface Field {
  servers: readonly Server[];
  subjects: readonly SubjectState[];
  /** Subjects that this machine has not the cores for. */
  lacking: readonly (SubjectId & { cores: number })[];
}

/** What there is to judge it from, or why there is nothing. */
export function evidenceFor(claim: Claim, field: Field): Evidence | Finding {
  if (claim.metric === CORES_EFFICIENCY) return efficiencyFor(claim, field);
  const { metric, left, right, factor, offset } = claim;
  const lacking = lackingFor(claim, field);
  if (lacking !== null) return lacking;
  const lefts = witnessesOf(left, field);
  const [own] = lefts;
  if (own === undefined) return notMeasured(left);
  if (right === null) return ownEvidence(own, metric, offset);
  const rights = witnessesOf(right, field);
  const [other] = rights;
  if (other === undefined) return notMeasured(right);
  const pair = lefts.find(({ subject }) => rights.some((one) => one.subject === subject));
  if (pair === undefined && needsVersus(left, right, field)) return NEEDS_VERSUS;
  const isRatio = offset === 0 && isRatioMetric(metric);
  const scale = isRatio ? 'ratio' : 'difference';
  const shared = { scale, isLog: isRatio, bound: isRatio ? factor : offset, plus: 0 } as const;
  if (pair !== undefined) {
    const series = isRatio
      ? pairedLogs(pair.subject, metric, pair.arm)
      : pairedDifferences(pair.subject, metric, { left: pair.arm, factor });
    const against = { subject: pair.subject, arm: otherArm(pair.arm) };
    return { ...shared, series: [series], sides: { kind: 'pair', left: pair, right: against } };
  }
  const series = isRatio
    ? [ownLogs(own.subject, metric, own.arm), negative(ownLogs(other.subject, metric, other.arm))]
    : [
        ownValues(own.subject, metric, { arm: own.arm }),
        negative(ownValues(other.subject, metric, { arm: other.arm, factor })),
      ];
  return { ...shared, series, sides: { kind: 'apart', left: own, right: other } };
}

function ownEvidence(own: Witness, metric: MetricName, bound: number): Evidence {
  const isLog = isRatioMetric(metric);
  const series = isLog
    ? ownLogs(own.subject, metric, own.arm)
    : ownValues(own.subject, metric, { arm: own.arm });
  const sides = { kind: 'alone', left: own } as const;
  return { scale: 'value', isLog, bound, series: [series], plus: 0, sides };
}

/** Throughput per core with the most cores over that with the fewest: by logarithms a sum of both. */
function efficiencyFor(claim: Claim, field: Field): Evidence | Finding {
  const { left, right, factor, offset } = claim;
  const lacking = lackingFor(claim, field);
  if (lacking !== null) return lacking;
  const lefts = curveOf(left, field);
  const [few, most] = [lefts[0], lefts.at(-1)];
  if (few === undefined || most === undefined || few === most) return notMeasured(left);
  const cores = Math.log(coresOf(most) / coresOf(few));
  if (right === null) {
    const series = [
      ownLogs(most.subject, 'throughput', most.arm),
      negative(ownLogs(few.subject, 'throughput', few.arm)),
    ];
    return { scale: 'value', isLog: true, bound: offset, series, plus: -cores, sides: CURVES };
  }
  const rights = curveOf(right, field);
  const isPair = (one: Witness) => rights.some(({ subject }) => subject === one.subject);
  const pairs = lefts.filter(isPair);
  const [fewPair, mostPair] = [pairs[0], pairs.at(-1)];
  if (rights.length === 0) return notMeasured(right);
  const shared = { scale: 'ratio', isLog: true, bound: factor, sides: CURVES } as const;
  if (fewPair !== undefined && mostPair !== undefined && fewPair !== mostPair) {
    const series = [
      pairedLogs(mostPair.subject, 'throughput', mostPair.arm),
      negative(pairedLogs(fewPair.subject, 'throughput', fewPair.arm)),
    ];
    return { ...shared, series, plus: 0 };
  }
  if (needsVersus(left, right, field)) return NEEDS_VERSUS;
  const [otherFew, otherMost] = [rights[0], rights.at(-1)] as [Witness, Witness];
  if (otherFew === otherMost) return notMeasured(right);
  const series = [
    ownLogs(most.subject, 'throughput', most.arm),
    negative(ownLogs(few.subject, 'throughput', few.arm)),
    negative(ownLogs(otherMost.subject, 'throughput', otherMost.arm)),
    ownLogs(otherFew.subject, 'throughput', otherFew.arm),
  ];
  const others = Math.log(coresOf(otherMost) / coresOf(otherFew));
  return { ...shared, series, plus: others - cores };
}

/** Everyone who tells of a server under the scenarios of one curve, by the number of cores; each number once, and in pairs where it has them. */
function curveOf(side: ClaimSide, field: Field): Witness[] {
  const names = [
    ...new Set(
      field.subjects
        .map(({ id }) => id.scenario)
        .filter((name) => nameAsWritten(name) === side.scenario),
    ),
  ];
  return names
    .flatMap((scenario) => witnessesOf({ server: side.server, scenario }, field))
    .filter(({ subject }) => subject.scenario.serverCores !== null)
    .toSorted((a, b) => coresOf(a) - coresOf(b));
}

function coresOf({ subject }: Witness): number {
  return subject.scenario.serverCores ?? 1;
}

function lackingFor({ left, right, metric }: Claim, { lacking }: Field): Finding | null {
  const sides = right === null ? [left] : [left, right];
  const isOne = (name: string, written: string) =>
    name === written || (metric === CORES_EFFICIENCY && nameAsWritten(name) === written);
  // A pair of which nothing is left is no server of the experiment any more; its name says whose it was.
  const isOf = (server: string, name: string) => server === name || namesIn(server).includes(name);
  const cores = lacking
    .filter(({ server, scenario }) =>
      sides.some((side) => isOne(scenario, side.scenario) && isOf(server, side.server)),
    )
    .map((one) => one.cores);
  if (cores.length === 0) return null;
  const data = { cores: [...new Set(cores)].sort((a, b) => a - b) };
  return { code: 'claim-lacks-cores', severity: 'doubt', subject: null, data };
}

/** Two servers that were never alive at once, though they could be: apart from each other, nothing is told of them. */
function needsVersus(left: ClaimSide, right: ClaimSide, { servers }: Field): boolean {
  if (left.server === right.server) return false;
  const isVersus = servers.some(({ contenders }) => contenders !== undefined);
  return !isVersus || left.scenario === right.scenario;
}

const CURVES: Sides = { kind: 'curves' };

const NEEDS_VERSUS: Finding = {
  code: 'claim-needs-versus',
  severity: 'doubt',
  subject: null,
  data: {},
};

export function notMeasured({ server, scenario }: ClaimSide): Finding {
  const data = { subject: `${server}/${scenario}` };
  return { code: 'claim-not-measured', severity: 'doubt', subject: null, data };
}
