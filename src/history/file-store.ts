/** A store of one measurement: a file that the user names. */
import { readFile } from 'node:fs/promises';
import { Measurement } from '../measure/measurement.ts';
import { UserError } from '../problem.ts';
import { toJson, writeWhole } from '../results.ts';
import type { Store } from './store.ts';

export function fileStore(file: string): Store {
  return {
    name: file,
    keep: async (measurement) => writeWhole(file, toJson(measurement)),
    latest: () => readMeasurement(file),
  };
}

/** Reads and validates a `measurement.json`. Throws a UserError that says what is wrong with it. */
export async function readMeasurement(file: string): Promise<Measurement> {
  return readFileAs(file, Measurement, 'measurement');
}

/** The parts of a zod schema that reading needs. */
interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { success: true; data: T }
    | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
}

/** Reads one of the program's own files. `kind` is its name in messages. */
export async function readFileAs<T>(file: string, schema: Schema<T>, kind: string): Promise<T> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError({ where: file, message: `cannot be read: ${message}` }, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError({ where: file, message: `is not JSON: ${message}` }, { cause: error });
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== 1) {
    throw new UserError({
      where: file,
      message: `schemaVersion is ${JSON.stringify(version)}, this version reads 1`,
      hint: `is it a ${kind} file that \`throughput-gate run\` wrote?`,
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UserError(
    parsed.error.issues.slice(0, 5).map((issue) => ({
      where: `${file}: ${issue.path.map(String).join('.') || '(top)'}`,
      message: issue.message,
      hint: `is it a ${kind} file that \`throughput-gate run\` wrote?`,
    })),
  );
}
