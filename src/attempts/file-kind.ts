/** Which of the program's files a JSON value is, by the keys that only one of them has. */
import { isObject } from '../system/shapes/is-object.ts';
import type { FileKind } from '../system/shapes/schema-versions.ts';

export const KIND_LABELS: Record<FileKind, string> = {
  plan: 'plan.json',
  measurement: 'measurement.json',
  verdict: 'verdict.json',
  'self-test': 'self-test.json',
  'self-test job': 'job of a self-test',
};

/** In this order: a measurement has a plan inside, and a job a measurement. */
const KEYS: [FileKind, readonly string[]][] = [
  ['self-test job', ['seconds', 'measurement']],
  ['self-test', ['doses', 'method']],
  ['verdict', ['verdict', 'falseAlarmRate']],
  ['measurement', ['experiment', 'plan']],
  ['plan', ['arms', 'lacking']],
];

/** Null for what this program does not write. One key may be missing: the rest says what it was to be. */
export function kindOf(value: unknown): FileKind | null {
  if (!isObject(value)) return null;
  const has = (key: string) => Object.hasOwn(value, key);
  return (
    KEYS.find(([, keys]) => keys.every(has))?.[0] ??
    KEYS.find(([, keys]) => keys.some(has))?.[0] ??
    null
  );
}
