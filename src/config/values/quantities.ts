/** Durations, percentages and sizes, each with the message that `values.ts` describes. */

import { parseSize, SIZE_PATTERN, sizeMeant } from './byte-size.ts';
import { parsed } from './custom-type.ts';
import { DURATION_PATTERN, parseDuration } from './duration.ts';
import { PERCENTAGE_PATTERN, parsePercentage } from './percentage.ts';

/** Milliseconds, from `min` to `max`, which are durations themselves. */
export function duration(min: string, max: string) {
  const low = parseDuration(min) as number;
  const high = parseDuration(max) as number;
  const within = (text: string) => {
    const ms = parseDuration(text.trim());
    return ms !== null && ms >= low && ms <= high ? ms : null;
  };
  return parsed({
    schema: {
      type: 'string',
      pattern: DURATION_PATTERN.source,
      examples: ['120s', '1m30s', '500ms'],
    },
    allowed: `a duration from ${min} to ${max}, such as 120s, 1m30s or 500ms`,
    parse: (found) => (typeof found === 'string' ? within(found) : null),
    hint: (found) => {
      if (!isBareNumber(found)) return undefined;
      const meant = [`${found}s`, `${found}ms`].filter((text) => within(text) !== null);
      return `a duration needs its unit${meant.length === 0 ? '' : `: write ${meant.join(' or ')}`}`;
    },
  });
}

/** A fraction above 0 (or from 0, where `least` says so) and below `limit`, which is a percentage itself. */
export function percentage(limit: string, least: 'above 0%' | 'from 0%' = 'above 0%') {
  const end = parsePercentage(limit) as number;
  const isNoneAllowed = least === 'from 0%';
  return parsed({
    schema: {
      anyOf: [
        { type: 'string', pattern: PERCENTAGE_PATTERN.source },
        {
          type: 'number',
          [isNoneAllowed ? 'minimum' : 'exclusiveMinimum']: 0,
          exclusiveMaximum: Math.min(1, end),
        },
      ],
      examples: ['5%', '0.5%'],
    },
    allowed: `a percentage ${least} ${isNoneAllowed ? 'to' : 'and'} below ${limit}, such as 5%, or its fraction, such as 0.05`,
    parse: (found) => {
      // Nothing is nothing, whatever its unit.
      if (isNoneAllowed && (found === 0 || found === '0')) return 0;
      const value = parsePercentage(typeof found === 'string' ? found.trim() : found);
      return value !== null && (value > 0 || isNoneAllowed) && value < end ? value : null;
    },
    hint: (found) =>
      isBareNumber(found) && Number(found) >= 1 && Number(found) / 100 < end
        ? `a bare ${found} could mean ${found} % or ${found} times as much: write ${found}%`
        : undefined,
  });
}

/** Bytes, from 1 to `max`, which is a size itself. */
export function size(max: string) {
  const most = parseSize(max) as number;
  const within = (text: string) => {
    const bytes = parseSize(text.trim());
    return bytes !== null && bytes >= 1 && bytes <= most ? bytes : null;
  };
  return parsed({
    schema: { type: 'string', pattern: SIZE_PATTERN.source, examples: ['64KiB', '1MiB', '500B'] },
    allowed: `a size from 1B to ${max}, such as 64KiB, 1MiB or 500B`,
    parse: (found) => (typeof found === 'string' ? within(found) : null),
    hint: (found) => {
      if (isBareNumber(found)) {
        return `a size needs its unit${within(`${found}B`) === null ? '' : `: write ${found}B`}`;
      }
      const meant = typeof found === 'string' ? sizeMeant(found.trim()) : null;
      if (meant === null || meant === found || within(meant) === null) return undefined;
      return `write ${meant}`;
    },
  });
}

function isBareNumber(found: unknown): found is number | string {
  return typeof found === 'number' || (typeof found === 'string' && /^\d+(\.\d+)?$/.test(found));
}
