/** A value with a grammar of its own, which zod has no kind for. */
import * as z from 'zod';

/** `schema` is for editors; `parse` gives null for what is not allowed; `allowed` as in `values.ts`. */
export function parsed<Value>(kind: {
  schema: Record<string, unknown>;
  allowed: string;
  parse: (found: unknown) => Value | null;
  hint: (found: unknown) => string | undefined;
}) {
  return z
    .unknown()
    .meta(kind.schema)
    .transform((found, context): Value => {
      const value = kind.parse(found);
      if (value !== null) return value;
      context.addIssue({
        code: 'custom',
        message: kind.allowed,
        params: { hint: kind.hint(found) },
      });
      return z.NEVER;
    });
}
