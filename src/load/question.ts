/** A single request that asks whether a server is ready. */

export interface Question {
  method: string;
  /** Origin form. */
  path: string;
  /** `host` takes the place of the address. */
  headers: Readonly<Record<string, string>>;
}

/** So begins what stands for an answer that did not come in time, over whatever protocol. */
export const NOT_IN_TIME = 'no answer within';

/** A plain GET. */
export function get(path: string): Question {
  return { method: 'GET', path, headers: {} };
}

/** The host that is named in it, if one is, and all other headers in small letters. */
export function splitHost({ headers }: Pick<Question, 'headers'>): {
  host: string | null;
  others: [name: string, value: string][];
} {
  const all = Object.entries(headers).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    value,
  ]);
  const host = all.find(([name]) => name === 'host')?.[1] ?? null;
  return { host, others: all.filter(([name]) => name !== 'host') };
}
