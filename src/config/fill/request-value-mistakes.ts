/** Braces in requests that stand for nothing, and values that cannot stand where they are. */

import type { Mistake, Path } from '../mistakes/mistakes.ts';
import { entries, get, has, kindOf, list, map } from '../mistakes/untyped.ts';
import { HEADER_VALUE } from '../values/values.ts';
import { type DataFile, TAKEN } from './data-file.ts';
import { hasValues, leftInBody, partsOf, valueMistakes } from './request-values.ts';

/** `handshake`: of a WebSocket, which is the same for each connection. */
interface Place {
  path: Path;
  text: string;
  use: 'path' | 'header' | 'body' | 'handshake';
}

/** Of every scenario. `data`: the files that could be read. */
export function allValueMistakes(raw: unknown, data: ReadonlyMap<string, DataFile>): Mistake[] {
  return entries(raw, 'scenarios').flatMap(([name, scenario]) => {
    const at = ['scenarios', name];
    if (kindOf(scenario) === 'command' || has(scenario, 'har')) return misplacedData(at, scenario);
    const file = get(scenario, 'data');
    const known = typeof file === 'string' ? data.get(file.replace(/^\.\//, '')) : undefined;
    // Its columns are not known: then nothing can be said of names.
    if (file !== undefined && known === undefined) return [];
    const captured = capturedBy(scenario);
    const columns = known?.columns ?? [];
    const names = [...columns, ...captured];
    const places = placesOf(at, scenario);
    const used = places.filter(({ text }) => hasValues(text, columns));
    return [
      ...places.flatMap(({ path, text, use }) =>
        valueMistakes(text, names, use === 'body').map((one): Mistake => {
          return { path, part: 'value', ...one };
        }),
      ),
      ...unfilled(scenario, used),
      ...captureMistakes(at, scenario, columns),
      ...(known === undefined || isUsed(used, columns) ? [] : [idle(at, columns)]),
    ];
  });
}

/** Names in the bodies of scenarios with `data` that are no column: sent as they are, which GraphQL may mean. */
export function valueDoubts(raw: unknown, data: ReadonlyMap<string, DataFile>): Mistake[] {
  return entries(raw, 'scenarios').flatMap(([name, scenario]) => {
    const file = get(scenario, 'data');
    const known = typeof file === 'string' ? data.get(file.replace(/^\.\//, '')) : undefined;
    if (known === undefined) return [];
    const { columns } = known;
    const names = [...columns, ...capturedBy(scenario)];
    return placesOf(['scenarios', name], scenario).flatMap(({ path, text, use }) => {
      const left = use === 'body' ? leftInBody(text, names) : [];
      return [...new Set(left)].map((one): Mistake => {
        const list = columns.map((column) => `\`${column}\``).join(', ');
        const message = `\`${one}\` is sent as it stands: \`data\` has no such column (it has ${list})`;
        return { path, part: 'value', message };
      });
    });
  });
}

function misplacedData(at: Path, scenario: unknown): Mistake[] {
  if (!has(scenario, 'har') || !has(scenario, 'data')) return [];
  const message = 'cannot stand beside `har`';
  const hint = 'a recording is sent as it is: write `requests` to have values in them';
  return [{ path: [...at, 'data'], part: 'key', message, hint }];
}

function isUsed(places: readonly Place[], columns: readonly string[]): boolean {
  return places.some(({ text }) =>
    partsOf(text, columns).some((part) => 'value' in part && part.value === 'column'),
  );
}

function idle(at: Path, columns: readonly string[]): Mistake {
  const message = 'no request takes anything from it';
  const hint = `write ${columns
    .slice(0, 5)
    .map((name) => `\`{${name}}\``)
    .join(' or ')} into a path, a header value or a body`;
  return { path: [...at, 'data'], part: 'key', message, hint };
}

/** autocannon repeats a list of requests, and a handshake is written once for all connections. */
function unfilled(scenario: unknown, used: readonly Place[]): Mistake[] {
  const isAutocannon = get(scenario, 'engine') === 'autocannon';
  const first = isAutocannon ? used[0] : used.find(({ use }) => use === 'handshake');
  if (first === undefined) return [];
  const [why, hint] = isAutocannon
    ? ['autocannon sends a list of requests again and again', 'use the built-in engine']
    : ['all connections open with the same handshake', 'write it into `message`'];
  const message = `nothing is filled in here: ${why}`;
  return [{ path: first.path, part: 'value', message, hint }];
}

/** A column that stands in a header must have what a header can hold. */
export function valuesMisused(raw: unknown, at: Path, { columns, rows }: DataFile): Mistake[] {
  const scenario = get(get(raw, 'scenarios'), String(at[1]));
  const headers = placesOf(at.slice(0, 2), scenario).filter(({ use }) => use === 'header');
  const inHeaders = new Set(
    headers.flatMap(({ text }) =>
      partsOf(text, columns).flatMap((part) =>
        'value' in part && part.value === 'column' ? [part.index] : [],
      ),
    ),
  );
  return [...inHeaders].flatMap((index): Mistake[] => {
    const row = rows.findIndex((values) => !HEADER_VALUE.test(values[index] ?? ''));
    if (row < 0) return [];
    const message = `row ${row + 1} of column \`${columns[index]}\` cannot stand in a header: it has a line break or other characters`;
    return [{ path: at, part: 'value', message, hint: 'set it to one line of Latin-1' }];
  });
}

function placesOf(at: Path, scenario: unknown): Place[] {
  if (kindOf(scenario) === 'websocket') return ofSocket(at, scenario);
  return [
    ...ofRequest(at, scenario),
    ...list(get(scenario, 'requests')).flatMap((request, index) =>
      ofRequest([...at, 'requests', index], request),
    ),
  ];
}

function ofSocket(at: Path, scenario: unknown): Place[] {
  const message = get(scenario, 'message');
  const subprotocol = get(scenario, 'subprotocol');
  return [
    ...ofRequest(at, scenario).map((place): Place => ({ ...place, use: 'handshake' })),
    ...(typeof subprotocol === 'string'
      ? [{ path: [...at, 'subprotocol'], text: subprotocol, use: 'handshake' as const }]
      : []),
    ...(typeof message === 'string'
      ? [{ path: [...at, 'message'], text: message, use: 'body' as const }]
      : []),
  ];
}

function ofRequest(at: Path, request: unknown): Place[] {
  const text = (key: string, use: Place['use']): Place[] => {
    const found = get(request, key);
    return typeof found === 'string' ? [{ path: [...at, key], text: found, use }] : [];
  };
  const headers = Object.entries(map(get(request, 'headers'))).flatMap(([name, value]): Place[] =>
    typeof value === 'string'
      ? [{ path: [...at, 'headers', name], text: value, use: 'header' }]
      : [],
  );
  return [...text('path', 'path'), ...headers, ...text('body', 'body')];
}

/** Names that `before-load` gives to what is sent after it. */
function capturedBy(scenario: unknown): string[] {
  return list(get(scenario, 'before-load')).flatMap((request) =>
    Object.keys(map(get(request, 'capture'))),
  );
}

function captureMistakes(at: Path, scenario: unknown, columns: readonly string[]): Mistake[] {
  const taken = [...TAKEN, ...columns];
  const requests = list(get(scenario, 'before-load'));
  const doubled = requests.flatMap((request, index) =>
    Object.keys(map(get(request, 'capture'))).flatMap((name): Mistake[] => {
      if (!taken.includes(name)) return [];
      const path = [...at, 'before-load', index, 'capture', name];
      return [{ path, part: 'key', message: 'means something else', hint: 'take another name' }];
    }),
  );
  if (get(scenario, 'cookies') !== true || requests.length > 0) return doubled;
  const message = 'there is no request that gets any cookies';
  const hint = 'add `before-load`, with the request whose answer sets them';
  return [...doubled, { path: [...at, 'cookies'], part: 'key', message, hint }];
}
