/** What one config alters of another: pure, and without showing any value that may be a secret. */

import type { ClaimKeys } from '../claims/resolve.ts';
import { type Experiment, type Gate, subjectName } from '../experiment/experiment.ts';
import { leavesOf } from '../experiment/leaves.ts';
import { comparisonOf, type MetricName } from '../experiment/metrics.ts';
import type { Scenario } from '../experiment/scenario.ts';
import type { Server } from '../experiment/server.ts';
import { WITHHELD, withoutSecrets } from '../experiment/withhold.ts';
import { type Beside, besideText } from '../values/beside.ts';
import { durationText } from '../values/duration.ts';
import { type HistoryPlace, historyPlaceText } from '../values/history-place.ts';
import type { ConfigChange } from './bar.ts';
import { claimChanges } from './compare-claims.ts';

/** What a config file says: of what is measured, and where the history is kept that head may be compared with. */
export interface Rules {
  experiment: Experiment;
  history: HistoryPlace;
}

/**
 * The gate first, and of everything else what is no longer measured; then in the order of base's config. `given`: claims that
 * count whatever a file says, as an input or a flag has them.
 */
export function compareConfigs(
  { experiment: base, history: place }: Rules,
  { experiment: head, history }: Rules,
  given: readonly ClaimKeys[] = [],
): ConfigChange[] {
  const changes = [
    ...gateChanges(base.gate, head.gate),
    ...historyChange(place, history, [base.gate, head.gate]),
    ...claimChanges(base.claims, head.claims, given),
    ...besideChanges(base.beside ?? [], head.beside ?? []),
    ...partChanges('servers', base.servers, head.servers),
    ...partChanges('scenarios', base.scenarios, head.scenarios),
    ...subjectChanges(base, head),
  ];
  const rank = ({ effect }: ConfigChange) => ['looser', 'other', 'stricter'].indexOf(effect);
  return changes.sort((one, other) => rank(one) - rank(other));
}

/** What is named to be beside the servers disturbs nothing, so that more may pass. */
function besideChanges(base: readonly Beside[], head: readonly Beside[]): ConfigChange[] {
  const [before, after] = [base.map(besideText), head.map(besideText)];
  const change = (text: string, isNew: boolean): ConfigChange => ({
    key: 'beside',
    kind: isNew ? 'added' : 'removed',
    base: isNew ? null : text,
    head: isNew ? text : null,
    effect: isNew ? 'looser' : 'stricter',
  });
  return [
    ...after.filter((text) => !before.includes(text)).map((text) => change(text, true)),
    ...before.filter((text) => !after.includes(text)).map((text) => change(text, false)),
  ];
}

/** In which direction a value of the gate lets more through. */
type Looser = 'more' | 'less';

interface GateValue {
  value: number;
  text: string;
  looser: Looser;
}

function gateChanges(base: Gate, head: Gate): ConfigChange[] {
  const [before, after] = [gateValues(base), gateValues(head)];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  const changes = keys.flatMap((key): ConfigChange[] => {
    const [one, other] = [before.get(key), after.get(key)];
    if (one?.value === other?.value) return [];
    return [
      {
        key: `gate.${key}`,
        kind: kindOf(one, other),
        base: one?.text ?? null,
        head: other?.text ?? null,
        effect: isHeldTo(key, [base, head]) ? gateEffect(one, other) : 'other',
      },
    ];
  });
  const lost = base.metrics.filter((metric) => !head.metrics.includes(metric));
  const won = head.metrics.filter((metric) => !base.metrics.includes(metric));
  // Of named metrics none is let off for its noise.
  const isNamed = [base, head].map(({ metricsNamed = true }) => metricsNamed);
  const naming: ConfigChange[] =
    isNamed[0] === isNamed[1] || lost.length + won.length > 0
      ? []
      : [
          {
            key: `gate.metrics`,
            kind: isNamed[0] ? 'removed' : 'added',
            base: isNamed[0] ? base.metrics.join(', ') : null,
            head: isNamed[0] ? null : head.metrics.join(', '),
            effect: isNamed[0] ? 'looser' : 'stricter',
          },
        ];
  const metric = (name: string, isLost: boolean): ConfigChange => ({
    key: `gate.metrics`,
    kind: isLost ? 'removed' : 'added',
    base: isLost ? name : null,
    head: isLost ? null : name,
    effect: isLost ? 'looser' : 'stricter',
  });
  return [
    ...changes,
    ...baselineChange(base, head),
    ...measureAllChange(base, head),
    ...naming,
    ...lost.map((name) => metric(name, true)),
    ...won.map((name) => metric(name, false)),
  ];
}

/** Earlier runs show less than base does. */
function baselineChange(base: Gate, head: Gate): ConfigChange[] {
  const [one, other] = [base.baseline ?? 'auto', head.baseline ?? 'auto'];
  if (one === other) return [];
  const effect = other === 'rebuild' ? 'stricter' : 'looser';
  return [{ key: 'gate.baseline', kind: 'changed', base: one, head: other, effect }];
}

/** A regression is one whether or not its other metrics were measured to the end. */
function measureAllChange(base: Gate, head: Gate): ConfigChange[] {
  const [one, other] = [String(base.measureAll ?? true), String(head.measureAll ?? true)];
  if (one === other) return [];
  return [{ key: 'gate.measure-all', kind: 'changed', base: one, head: other, effect: 'other' }];
}

/** In another place the earlier runs are not there that head would be compared with, or they are those that the change brings. */
function historyChange(
  base: HistoryPlace,
  head: HistoryPlace,
  gates: readonly Gate[],
): ConfigChange[] {
  const textOf = (place: HistoryPlace) => (place.kind === 'none' ? null : historyPlaceText(place));
  const [one, other] = [textOf(base), textOf(head)];
  if (one === other) return [];
  const kind = one === null ? 'added' : other === null ? 'removed' : 'changed';
  const isNeverCompared = gates.every(({ baseline }) => baseline === 'rebuild');
  const effect = isNeverCompared ? 'other' : one === null ? 'stricter' : 'looser';
  return [{ key: 'gate.history', kind, base: one, head: other, effect }];
}

/** A tolerance or a limit of a metric that fails no job, before the change or with it, lets nothing pass. Errors always fail it. */
function isHeldTo(key: string, gates: readonly Gate[]): boolean {
  const [, metric] = /^(?:tolerance|limits)\.(.+)$/.exec(key) ?? [];
  if (metric === undefined || metric === 'errors') return true;
  return gates.some(({ metrics }) => metrics.some((one) => one === metric));
}

function gateEffect(
  base: GateValue | undefined,
  head: GateValue | undefined,
): ConfigChange['effect'] {
  // Only what can be absent: a limit on the time of the whole job, which leaves more undecided.
  if (base === undefined || head === undefined) return base === undefined ? 'looser' : 'stricter';
  return head.value > base.value === (base.looser === 'more') ? 'looser' : 'stricter';
}

function gateValues(gate: Gate): Map<string, GateValue> {
  const values = new Map<string, GateValue>();
  const set = (
    key: string,
    value: number | null,
    text: (value: number) => string,
    looser: Looser,
  ) => {
    if (value !== null) values.set(key, { value, text: text(value), looser });
  };
  const set01 = (key: string, isOn: boolean, looser: Looser) =>
    set(key, Number(isOn), () => String(isOn), looser);
  for (const [metric, share] of Object.entries(gate.tolerance)) {
    set(`tolerance.${metric}`, share, (value) => inUnit(metric as MetricName, value), 'more');
  }
  for (const [metric, most] of Object.entries(gate.limits)) {
    set(`limits.${metric}`, most, (value) => inUnit(metric as MetricName, value), 'more');
  }
  set('budget', gate.budgetMs, durationText, 'less');
  set('job-budget', gate.jobBudgetMs, durationText, 'less');
  set('false-alarm-rate', gate.falseAlarmRate, percent, 'less');
  set01('fail-on-inconclusive', gate.failOnInconclusive, 'less');
  set01('fail-on-no-baseline', gate.failOnNoBaseline, 'less');
  set('on-regression', Number(gate.onRegression !== 'fail'), () => gate.onRegression, 'more');
  return values;
}

function inUnit(metric: MetricName, value: number): string {
  if (metric === 'longest-stall') return `${rounded(value * 1000)}ms`;
  if (comparisonOf(metric) === 'difference') return `${rounded(value)}B`;
  return percent(value);
}

function percent(share: number): string {
  return `${rounded(share * 100)}%`;
}

/** Without what binary fractions add: 0.07 × 100 is 7.000000000000001. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function partChanges(
  section: 'servers' | 'scenarios',
  base: readonly (Server | Scenario)[],
  head: readonly (Server | Scenario)[],
): ConfigChange[] {
  const names = [...new Set([...base, ...head].map(({ name }) => name))];
  return names.flatMap((name): ConfigChange[] => {
    const key = `${section}.${name}`;
    const before = base.find((part) => part.name === name);
    const after = head.find((part) => part.name === name);
    if (before === undefined || after === undefined) {
      const effect = after === undefined ? 'looser' : 'other';
      return [{ key, kind: kindOf(before, after), base: null, head: null, effect }];
    }
    return settingChanges(key, before, after);
  });
}

function settingChanges(
  place: string,
  base: Server | Scenario,
  head: Server | Scenario,
): ConfigChange[] {
  const [before, after] = [leavesOf(base), leavesOf(head)];
  const [shownBefore, shownAfter] = [base, head].map((part) => leavesOf(withoutSecrets(part)));
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys
    .filter((key) => before.get(key) !== after.get(key))
    .map((key): ConfigChange => {
      const [one, other] = [shownBefore?.get(key) ?? null, shownAfter?.get(key) ?? null];
      // What looks the same once its values are left out differs in one of them; a value alone is never shown.
      const isSecret = one === other || isWithheld(one) || isWithheld(other);
      return {
        key: `${place}.${key}`,
        kind: kindOf(before.get(key), after.get(key)),
        base: isSecret ? null : one,
        head: isSecret ? null : other,
        effect: 'other',
      };
    });
}

/** Server and scenario are both still there, and no longer meet. */
function subjectChanges(base: Experiment, head: Experiment): ConfigChange[] {
  const has = (parts: readonly { name: string }[], name: string) =>
    parts.some((part) => part.name === name);
  const before = new Set(base.subjects.map(subjectName));
  const after = new Set(head.subjects.map(subjectName));
  const inBoth = [...base.subjects, ...head.subjects].filter(({ server, scenario }) =>
    [base, head].every((one) => has(one.servers, server) && has(one.scenarios, scenario)),
  );
  const names = new Set(inBoth.map(subjectName));
  return [...names]
    .filter((name) => before.has(name) !== after.has(name))
    .map((name) => ({
      key: name,
      kind: before.has(name) ? 'removed' : 'added',
      base: null,
      head: null,
      effect: before.has(name) ? 'looser' : 'other',
    }));
}

function kindOf(base: unknown, head: unknown): ConfigChange['kind'] {
  if (base === undefined) return 'added';
  return head === undefined ? 'removed' : 'changed';
}

function isWithheld(value: string | null): boolean {
  return value === WITHHELD;
}
