/**
 * Which form of its files this version writes, and how those of older forms are read.
 *
 * The rule: whoever removes, renames or changes a key of a file that the program reads again, or makes it mean something else, raises its
 * number here by one, writes the step from the number before into `STEPS` (or lets it be refused by name), and keeps the tests green that
 * read the recordings of every older form. A new key that older files may lack needs no step, and a
 * new number only once a version was released without it (docs/adr/0032-files-are-checked.md).
 * A newer file is always refused, by the version that wrote it.
 */

import { withForm5Names } from './form-5-names.ts';
import { isObject } from './is-object.ts';

/** What `schemaVersion` is in files that this version writes, by the kind of file. */
export const SCHEMA = {
  plan: 3,
  measurement: 6,
  verdict: 5,
  'self-test': 2,
  'self-test job': 1,
} as const;
export type FileKind = keyof typeof SCHEMA;

/** Of a form that is not checked yet. */
type Raw = Record<string, unknown>;

/** By the kind of file and the number that it has: the file with the next number. Pure; what is missing stays missing. */
const STEPS: Partial<Record<FileKind, Readonly<Record<number, (file: Raw) => Raw>>>> = {
  measurement: {
    1: (file) => ({ ...file, schemaVersion: 2, plan: withVersion(file.plan, 2) }),
    2: withNewNames,
    3: (file) => ({
      ...file,
      schemaVersion: 4,
      subjects: eachOf(file.subjects, (subject) => ({
        ...subject,
        replaced: eachOf(subject.replaced, withoutSentence),
      })),
    }),
    // Servers may be pairs of contenders from here on; none of those before were.
    4: (file) => {
      const renamed = withForm5Names(file);
      return { ...renamed, schemaVersion: 5, plan: withVersion(renamed.plan, 3) };
    },
    // A single kept measurement is no baseline any more. What was compared with one is refused by that key.
    5: ({ stored, ...file }) => ({ ...file, schemaVersion: 6, ...(stored ? { stored } : {}) }),
  },
  verdict: {
    4: (file) => ({ ...file, schemaVersion: 5 }),
  },
  'self-test': {
    // Each run had one dose, and nothing to measure it by.
    1: (file) => ({ ...file, schemaVersion: 2, takesTurns: false, ruler: null }),
  },
  'self-test job': {
    // It has no form of its own beside the measurement inside.
    1: (file) => ({ ...file, measurement: upgraded('measurement', file.measurement) }),
  },
};

/**
 * The file in the form that this version writes, as far as it can be brought there; what is no such file at all comes back
 * as it is. To be checked by the kind's schema afterwards.
 */
export function upgraded(kind: FileKind, file: unknown): unknown {
  if (!isObject(file)) return file;
  if (kind === 'self-test job') return STEPS[kind]?.[1]?.(file) ?? file;
  let current = file;
  for (;;) {
    const version = current.schemaVersion;
    if (typeof version !== 'number' || version >= SCHEMA[kind]) return current;
    const step = STEPS[kind]?.[version];
    if (step === undefined) return current;
    current = step(current);
  }
}

/** `confirm` and `confirming` got names that cannot be mistaken for each other. */
function withNewNames({ confirming, ...file }: Raw): Raw {
  const renamed = { ...file, schemaVersion: 3, confirmationOf: confirming };
  const { experiment } = file;
  if (!isObject(experiment) || !isObject(experiment.gate)) return renamed;
  const { confirm, ...gate } = experiment.gate;
  const onRegression = confirm === 'fresh-runner' ? 'confirm-on-fresh-runner' : 'fail';
  return { ...renamed, experiment: { ...experiment, gate: { ...gate, onRegression } } };
}

function withVersion(part: unknown, schemaVersion: number): unknown {
  return isObject(part) ? { ...part, schemaVersion } : part;
}

/** A block that was measured again: what the machine did was told in English, and can be read off the block itself. */
function withoutSentence({ reason: _, ...replaced }: Raw): Raw {
  return { ...replaced, disturbance: null };
}

function eachOf(list: unknown, change: (part: Raw) => Raw): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((part: unknown) => (isObject(part) ? change(part) : part));
}
