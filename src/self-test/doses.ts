/** Sizes of slowdown, and what is put into head for each. Pure. */
import { parsePercentage } from '../config/values/percentage.ts';
import { UserError } from '../system/messages/problem.ts';
import type { Dose, SelfTestRecord } from './record.ts';

type Calibration = NonNullable<SelfTestRecord['calibration']>;

/** The knob's value has as many digits in every dose: the size of the environment moves results. */
const DIGITS = 8;
/** Share of a dose by which whole units of the knob may miss it. */
const COARSE = 0.1;
/** A larger one leaves little of the server to measure. */
const LARGEST = 0.5;
/** `0, 3%, 5%`: drops in throughput, as fractions, ascending. Unchanged is always among them. */
export function parseDoses(text: string, where: string): number[] {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const sizes = parts.map((part) => {
    const size = /^0+%?$/.test(part) ? 0 : parsePercentage(part);
    if (size !== null && size <= LARGEST) return size;
    throw new UserError({
      where,
      message: `${JSON.stringify(part)} is no drop in throughput`,
      hint: 'write percentages up to 50%, such as 0%,3%,5%',
    });
  });
  const doses = [...new Set([0, ...sizes])].sort((a, b) => a - b);
  // What is kept of one would pass for the other's.
  const alike = doses.find((dose, i) =>
    doses.slice(0, i).some((one) => doseName(one) === doseName(dose)),
  );
  if (alike !== undefined) {
    throw new UserError({
      where,
      message: `two of the doses are ${Number((100 * alike).toFixed(2))}%, to two decimals`,
      hint: 'leave one of them out: that is as fine as doses are told apart',
    });
  }
  return doses;
}

export function doseName(asked: number): string {
  return asked === 0 ? 'none' : `${Number((100 * asked).toFixed(2))}pc`;
}

/**
 * By a knob that makes head do so many units of extra work per request. A server that is at its limit serves
 * 1/(1 + c·u) as much with u units, where c is a unit's share of what a request costs: found with one larger dose, whose
 * effect is plain, and scaled down, because extra work adds up.
 */
export function knobDoses(
  asked: readonly number[],
  knob: string,
  calibration: Calibration,
): Dose[] {
  const perUnit = Math.expm1(calibration.throughput) / calibration.units;
  const cpuPerUnit =
    calibration.cpu === null ? null : Math.expm1(calibration.cpu) / calibration.units;
  return asked.map((drop) => {
    const units = Math.round((1 / (1 - drop) - 1) / perUnit);
    const found = 1 - 1 / (1 + perUnit * units);
    if (Math.abs(found - drop) > COARSE * drop) throw tooCoarse(drop, { knob, perUnit, found });
    return {
      name: doseName(drop),
      asked: drop,
      injection: knobInjection(knob, units),
      expected: {
        throughput: 1 / (1 + perUnit * units) - 1,
        cpu: cpuPerUnit === null ? null : cpuPerUnit * units,
      },
    };
  });
}

/** Measuring another size would answer another question. */
function tooCoarse(
  drop: number,
  { knob, perUnit, found }: { knob: string; perUnit: number; found: number },
): UserError {
  const percent = (share: number) => `${Number((100 * share).toFixed(1))}%`;
  return new UserError({
    where: '--doses',
    message: `${knob} is too coarse for a dose of ${percent(drop)}: one unit makes a request ${percent(perUnit)} dearer, so the nearest is ${percent(found)}`,
    hint: 'choose larger doses, or a knob with smaller units',
  });
}

export function knobInjection(knob: string, units: number): Dose['injection'] {
  const of = (count: number) => ({ [knob]: String(count).padStart(DIGITS, '0') });
  return { env: { base: of(0), head: of(units) }, pauses: 0 };
}

/**
 * By stopping head's processes for that share of the time. A server that has time left loses less throughput than that, so its
 * size is not known; its CPU time per request stays, but for what being stopped and woken costs.
 */
export function pauseDoses(asked: readonly number[]): Dose[] {
  return asked.map((drop) => ({
    name: doseName(drop),
    asked: drop,
    injection: { env: { base: {}, head: {} }, pauses: drop },
    expected: { throughput: null, cpu: 0 },
  }));
}

/** Units that would add about this share to the cost of a request, from what some units did. */
export function unitsToCost(share: number, units: number, logRatio: number): number {
  const perUnit = Math.expm1(Math.max(logRatio, 0.001)) / units;
  return Math.max(1, Math.min(99_999_999, Math.round(share / perUnit)));
}
