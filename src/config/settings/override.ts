/** Settings of the gate from inputs and flags, laid over those of the file. */
import { type GateKeys, PERCENTAGE_FOR_ALL } from '../schema/gate-schema.ts';

/** The keys that were really given win; the rest of `overrides` is only defaults. */
export function override(
  gate: GateKeys,
  overrides: GateKeys,
  given: Readonly<Record<string, unknown>>,
): GateKeys {
  return {
    ...gate,
    ...pick(overrides, Object.keys(given)),
    tolerance: { ...gate.tolerance, ...pick(overrides.tolerance, tolerancesIn(given.tolerance)) },
    limits: { ...gate.limits, ...pick(overrides.limits, keysIn(given.limits)) },
  };
}

/** One percentage is for some metrics only. */
function tolerancesIn(given: unknown): readonly string[] {
  return given === undefined || typeof given === 'object' ? keysIn(given) : PERCENTAGE_FOR_ALL;
}

function keysIn(given: unknown): string[] {
  return Object.keys(given ?? {});
}

function pick<Whole extends object>(whole: Whole, keys: readonly string[]): Partial<Whole> {
  return Object.fromEntries(
    Object.entries(whole).filter(([key]) => keys.includes(key)),
  ) as Partial<Whole>;
}
