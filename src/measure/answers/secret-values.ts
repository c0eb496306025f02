/** What a load sends and a server may send back: withheld wherever an answer is shown. */
import { askedAnswers } from '../../config/experiment/asked-answers.ts';
import type { Scenario } from '../../config/experiment/scenario.ts';
import { WITHHELD } from '../../config/experiment/withhold.ts';
import { SHORTEST_SECRET } from '../../system/messages/secrets.ts';

/** Of headers that any request has. */
const PLAIN = new Set(['accept', 'accept-encoding', 'accept-language', 'content-type', 'host']);

/** The longest first, so that no part of one is left. */
export function secretsOf(scenario: Scenario, given: readonly string[]): string[] {
  const asked = askedAnswers(scenario);
  if (asked.kind === 'not') return [];
  const sent = asked.scenario.kind === 'http' ? asked.scenario.requests : [asked.scenario];
  const values = sent.flatMap(({ headers, path }) => [
    ...Object.entries(headers).flatMap(([name, value]) =>
      PLAIN.has(name.toLowerCase()) ? [] : [value, ...value.split(/[\s;,=]+/)],
    ),
    ...[...new URLSearchParams(path.split('?')[1] ?? '').values()],
  ]);
  // Any row: a server may send one user what is another's.
  const rows = asked.scenario.data?.rows.flat() ?? [];
  const secrets = new Set(
    [...values, ...rows, ...given].filter((value) => value.length >= SHORTEST_SECRET),
  );
  return [...secrets].sort((a, b) => b.length - a.length);
}

export function withoutValues(text: string, values: readonly string[]): string {
  return values.reduce((shown, value) => shown.replaceAll(value, WITHHELD), text);
}
