/** From the text of one claim to the claims that it makes: one for each scenario that it is about. */

import { type Claim, type ClaimMetric, CORES_EFFICIENCY } from '../experiment/claim.ts';
import { nameAsWritten } from '../experiment/cores.ts';
import { isLossMetric, type MetricName } from '../experiment/metrics.ts';
import type { Scenario } from '../experiment/scenario.ts';
import { measuredBy, metricsOf } from '../experiment/scenario-metrics.ts';
import type { Wrong } from './lex.ts';
import { type ParsedClaim, parseClaim, type Term, type Value } from './parse.ts';
import { eitherNumber, isLikeThousands } from './slips.ts';
import { isNamed, type Known, type Meant, meantBy } from './terms.ts';
import { isUnit, kindOfMetric, unitMeant, valueIn, WRITTEN } from './units.ts';

export interface ClaimKeys {
  claim: string;
  gate: boolean;
}

/** Every claim that the text makes, or everything that is wrong with it. */
export function resolveClaim(
  { claim: text, gate }: ClaimKeys,
  known: Known,
): { claims: Claim[]; wrong: Wrong[] } {
  const parsed = parseClaim(text);
  if ('wrong' in parsed) return { claims: [], wrong: [parsed.wrong] };
  const { left, right, op, factor } = parsed.claim;
  const [l, r] = [meantBy(left, known), right === null ? null : meantBy(right, known)];
  const wrong = [l, r].flatMap((one) => (one !== null && 'wrong' in one ? one.wrong : []));
  if ('wrong' in l) return { claims: [], wrong };
  const metric = l.meant.metric;
  const offset = offsetOf(parsed.claim, metric, text);
  if (typeof offset === 'object') wrong.push(offset);
  if (r !== null && 'meant' in r) wrong.push(...atOdds(parsed.claim, l.meant, r.meant));
  if (wrong.length > 0 || typeof offset === 'object') return { claims: [], wrong };
  const sides = sidesOf(l.meant, r !== null && 'meant' in r ? r.meant : null, known);
  if (sides.length === 0)
    return { claims: [], wrong: [notMeasured(parsed.claim, l.meant, r, known)] };
  // In the schema's order: a measurement that is read and judged again gives the same bytes.
  const claims = sides.map(
    ({ left, right }): Claim => ({
      text: text.trim(),
      gate,
      metric,
      left,
      op,
      right,
      factor,
      offset,
    }),
  );
  return { claims, wrong: [] };
}

/** In the metric's own unit, or what is wrong with it. */
function offsetOf(
  { right, value, op }: ParsedClaim,
  metric: ClaimMetric,
  text: string,
): number | Wrong {
  if (value === null) return 0;
  const kind = kindOfMetric(metric);
  const [size, written] = [Math.abs(value.number), text.slice(value.at, value.end)];
  const found = valueIn(kind, size, value.unit);
  const isWhole = right === null;
  const wrong = (hint?: string): Wrong => {
    const message = `found \`${written}\`; allowed for \`${metric}\`: ${WRITTEN[kind]}`;
    return { at: value.at, end: value.end, message, hint };
  };
  if (found === null) return wrong(unitHint(value, kind, metric, !isWhole));
  if (kind === 'rate' && found === size && isLikeThousands(written)) {
    return wrong(eitherNumber(size));
  }
  if (right !== null && metric === CORES_EFFICIENCY) {
    return wrong('efficiencies are compared by their ratio: multiply, and add nothing');
  }
  const isBelowNothing = isWhole && found === 0 && op === '<';
  if (isBelowNothing && kind === 'share') return wrong('nothing is below 0: write `<=`');
  const isBare = kind === 'share' && value.unit === '';
  if (isBare && size >= mostBare(metric)) {
    return wrong(`a bare ${size} could mean ${size} %: write ${size}%`);
  }
  if (isWhole && isLossMetric(metric) && found > 1) {
    return wrong('more than all of them cannot be lost: a share is at most 100%');
  }
  if (isWhole && found === 0 && isAlwaysAbove(metric)) return wrong('it is always above 0');
  return value.number < 0 ? -found : found;
}

/** Of a share without its unit: cores may add more than their number, and never twice as much. */
function mostBare(metric: ClaimMetric): number {
  return metric === CORES_EFFICIENCY ? 2 : 1;
}

/** Nothing of it cannot be. */
function isAlwaysAbove(metric: ClaimMetric): boolean {
  return !isLossMetric(metric) && kindOfMetric(metric) !== 'growth';
}

function unitHint(
  { number, unit }: Value,
  kind: string,
  metric: ClaimMetric,
  hasOther: boolean,
): string | undefined {
  const size = Math.abs(number);
  if (unit === '%') {
    const factor = Number(((hasOther ? 1 : 0) + number / 100).toPrecision(12));
    const instead = hasOther
      ? `${size} % ${number < 0 ? 'less' : 'more'} than the other server is a factor: \`* ${factor}\``
      : `to compare with another server, name it: \`SERVER.${metric} * ${factor}\``;
    return `\`%\` is no unit of \`${metric}\`; ${instead}`;
  }
  if (unit === '') {
    const likely: Record<string, string> = { time: 'ms', size: 'MiB', growth: 'KiB' };
    return `it needs its unit: write ${size}${likely[kind] ?? ''}`;
  }
  const meant = unitMeant(unit);
  if (meant !== null && meant !== unit)
    return `write ${size}${/^[%kKMGB]/.test(meant) ? '' : ' '}${meant}`;
  if (isUnit(unit)) return `\`${unit}\` is no unit of \`${metric}\``;
  return undefined;
}

/** What the two sides are when they are looked at together. */
function atOdds({ left, right }: ParsedClaim, l: Meant, r: Meant): Wrong[] {
  const { at, end } = right as Term;
  if (l.metric !== r.metric) {
    const message = `\`${r.metric}\` on the right, and \`${l.metric}\` on the left`;
    const hint = `both sides are about one metric: write \`${prefix(r)}.${l.metric}\``;
    return [{ ...r.metricAt, message, hint }];
  }
  const isSame = l.server === r.server && (l.scenario ?? r.scenario) === (r.scenario ?? l.scenario);
  if (!isSame) return [];
  const message = `\`${left.text}\` stands on both sides`;
  const hint = 'name two servers, or two scenarios of one server';
  return [{ at, end, message, hint }];
}

function prefix({ server, scenario }: Meant): string {
  return scenario === null ? server : `${server}.${scenario}`;
}

type Sides = Pick<Claim, 'left' | 'right'>;

/** The scenarios that the claim is about, on each side. */
function sidesOf(l: Meant, r: Meant | null, known: Known): Sides[] {
  const lefts = scenariosFor(l, known);
  if (r === null) {
    return lefts.map((scenario) => ({ left: { server: l.server, scenario }, right: null }));
  }
  const rights = scenariosFor(r, known);
  return lefts.flatMap((scenario): Sides[] => {
    const own = partner(scenario, l, r, rights);
    if (own === null || (l.server === r.server && own === scenario)) return [];
    const left = { server: l.server, scenario };
    return [{ left, right: { server: r.server, scenario: own } }];
  });
}

/** What stands against this scenario: the same one, unless both sides name theirs; then the one with as many cores. */
function partner(scenario: string, l: Meant, r: Meant, rights: readonly string[]): string | null {
  if (l.scenario === null || r.scenario === null) {
    return rights.find((name) => name === scenario) ?? null;
  }
  const [only] = rights;
  if (rights.length === 1 && only !== undefined) return only;
  const cores = (name: string) => name.split('@')[1];
  return rights.find((name) => cores(name) === cores(scenario)) ?? null;
}

/** Names of the scenarios of this server that have the metric, of those that are meant. */
function scenariosFor({ server, scenario, metric }: Meant, known: Known): string[] {
  const all = known.servers.get(server) ?? [];
  if (metric === CORES_EFFICIENCY)
    return curvesOf(all).filter((name) => (scenario ?? name) === name);
  return all
    .filter(({ name }) => scenario === null || isNamed(name, scenario))
    .filter((one) => metricsOf(one).includes(metric))
    .map(({ name }) => name);
}

/** Scenarios, as written, that are measured at several numbers of cores. */
function curvesOf(scenarios: readonly Scenario[]): string[] {
  const points = new Map<string, number>();
  for (const one of scenarios) {
    if (one.serverCores === null || !metricsOf(one).includes('throughput')) continue;
    const name = nameAsWritten(one.name);
    points.set(name, (points.get(name) ?? 0) + 1);
  }
  return [...points].filter(([, count]) => count > 1).map(([name]) => name);
}

/** No scenario has it, or none has it on both sides. */
function notMeasured(
  { left, right }: ParsedClaim,
  l: Meant,
  r: ReturnType<typeof meantBy> | null,
  known: Known,
): Wrong {
  const { metric } = l;
  const sides = [{ term: left, meant: l }];
  if (r !== null && 'meant' in r) sides.push({ term: right as Term, meant: r.meant });
  const bare = sides.find(({ meant }) => scenariosFor(meant, known).length === 0);
  if (bare === undefined) {
    const message = `no scenario measures \`${metric}\` of both`;
    const hint = 'name a scenario on each side, such as `go.plain.throughput`';
    return { at: left.at, end: left.end, message, hint };
  }
  const { term, meant } = bare;
  const whose =
    meant.scenario === null
      ? `no scenario of \`${meant.server}\` measures`
      : `the scenario \`${meant.scenario}\` does not measure`;
  const how =
    metric === CORES_EFFICIENCY
      ? 'give a scenario several numbers of `cores`, such as `cores: [1, 2]`, and name it without `@`'
      : measuredBy(metric as MetricName);
  return { at: term.at, end: term.end, message: `${whose} \`${metric}\``, hint: how };
}
