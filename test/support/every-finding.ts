/** One example of every finding that exists, made from the schema, so that none can be forgotten. */
import type * as z from 'zod';
import { Finding } from '../../src/judge/findings/finding.ts';

/** For each code and each subject and severity that it may have. */
export function everyFinding(): Finding[] {
  return Finding.options.flatMap((kind) => everyValue(kind).map((value) => Finding.parse(value)));
}

type Definition = Record<string, unknown> & { type: string };

const FEW = 24;

/** Examples of all that a schema takes: each option of each choice at least once. */
function everyValue(schema: z.core.$ZodType): unknown[] {
  const definition = schema._zod.def as unknown as Definition;
  const inner = (key: string) => everyValue(definition[key] as z.core.$ZodType);
  switch (definition.type) {
    case 'object':
      return everyObject(definition.shape as Record<string, z.core.$ZodType>);
    case 'literal':
      return definition.values as unknown[];
    case 'enum':
      return Object.values(definition.entries as Record<string, string>);
    case 'union':
      return (definition.options as z.core.$ZodType[]).flatMap(everyValue);
    case 'array':
      return [inner('element').slice(0, FEW)];
    case 'nullable':
      return [...inner('innerType'), null];
    case 'optional':
      return [undefined];
    case 'null':
      return [null];
    case 'boolean':
      return [true, false];
    case 'number':
      return [3];
    case 'string':
      return ['some text'];
    default:
      throw new Error(`no example of ${definition.type}`);
  }
}

/** As many as the key with the most examples has; keys with fewer begin again. */
function everyObject(shape: Record<string, z.core.$ZodType>): object[] {
  const columns = Object.entries(shape).map(([key, value]) => [key, everyValue(value)] as const);
  const most = Math.max(1, ...columns.map(([, values]) => values.length));
  // Shifted against each other where they are equally long, so that not only equal places meet.
  return [0, 1].flatMap((shift) =>
    Array.from({ length: most }, (_, row) =>
      Object.fromEntries(
        columns.flatMap(([key, values], column) => {
          const value = values[(row + shift * column) % values.length];
          return value === undefined ? [] : [[key, value]];
        }),
      ),
    ),
  );
}
