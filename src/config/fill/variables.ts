/**
 * `${NAME}` in what is sent and in `env`: the value of a variable in the gate's own environment, so that a secret need not stand
 * in a file. Commands go to a shell, which does this itself, and bodies from files are sent byte for byte.
 */
import { keyPath, type Mistake, type Path } from '../mistakes/mistakes.ts';
import { entries, get, list, map } from '../mistakes/untyped.ts';
import { HEADER_VALUE } from '../values/values.ts';
import { asItIs, bodyWrite, inJson, isInJsonString, isOfParameter, type Write } from './write.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a text that is sent stands, and what it is. */
interface Place {
  path: Path;
  text: string;
  use: Use;
  /** Of a body: how a value is written into it. */
  write?: Write;
}

/** `file`: a whole file's content, which is read where files are. */
type Use = 'path' | 'header' | 'body' | 'env' | 'file' | 'token';

/** `$${` is a literal `${`; then a name in braces, an expression of a workflow file, or another form of a shell's. */
const TOKEN = /(\$?)\$\{(?:([A-Za-z_]\w*)\}|(\{)?)/g;
/** As a shell takes it. In small letters it is often something else: `$id` of GraphQL. */
const BARE = /(?<![\w$])\$([A-Z_][A-Z0-9_]+)/g;
const ESCAPED_BARE = /\$\$(?=[A-Z_][A-Z0-9_])/g;
/** As template languages write it. */
const MUSTACHE = /(?<!\$)\{\{\s*([\w.-]+)\s*\}\}/;

/** Of HTTP (RFC 9110, 5.6.2). */
const TOKEN_CHARACTERS = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const ESCAPE = 'to send `${` itself, write `$${`';

/**
 * Everything that cannot be filled in, or that only looks as if it would be. `raw`: a file's value, however wrong, or that of
 * settings (`isFile` false), which a shell or GitHub has filled in already: there a `$` may be part of a secret.
 */
export function variableMistakes(raw: unknown, env: Environment, isFile: boolean): Mistake[] {
  return placesIn(raw).flatMap((place) => [
    ...[...place.text.matchAll(TOKEN)].flatMap((found) => trouble(place, found, env) ?? []),
    ...(isFile ? lookalikes(place) : []),
  ]);
}

/** Of what is no mistake: that which names a variable of this environment, and is sent as it stands all the same. */
export function variableDoubts(raw: unknown, env: Environment, isFile: boolean): Mistake[] {
  return placesIn(raw).flatMap(({ path, text, use }) => {
    if (isFile && use !== 'body') return [];
    const names = bareIn(text).filter((name) => env[name] !== undefined);
    return names.map((name): Mistake => {
      const message = `\`$${name}\` is sent as it stands; for the variable, write \`\${${name}}\``;
      return { path, part: 'value', message };
    });
  });
}

function bareIn(text: string): string[] {
  return [...text.matchAll(BARE)].map(([, name]) => name as string);
}

/** The file with every `${NAME}` filled in; `variableMistakes` has found nothing. */
export function fillVariables<File>(file: File, env: Environment): File {
  const filled = structuredClone(file);
  for (const place of placesIn(filled)) {
    const { path } = place;
    const owner = path.slice(0, -1).reduce((value, key) => at(value, key), filled as unknown);
    const key = path.at(-1) as string;
    (owner as Record<string, string>)[key] = fillText(place, env);
  }
  return filled;
}

/** One such text, of a place that takes it as it is; null where a variable in it is not set. */
export function filledText(text: string, env: Environment): string | null {
  const isUnset = [...text.matchAll(TOKEN)].some(
    ([, mark, name]) => mark === '' && (name === undefined || !env[name]),
  );
  return isUnset ? null : fillText({ path: [], text, use: 'env' }, env);
}

/** Whether a variable stands in it, be it all of it or a part. */
export function hasVariable(text: string): boolean {
  return [...text.matchAll(TOKEN)].some(([, mark, name]) => mark === '' && name !== undefined);
}

/** Paths of all texts in which variables are filled in. */
export function filledPaths(raw: unknown): Set<string> {
  return new Set(placesIn(raw).map(({ path }) => keyPath(path)));
}

/** The values of all variables that it names. */
export function valuesNamed(raw: unknown, env: Environment): string[] {
  return placesIn(raw).flatMap(({ text }) =>
    [...text.matchAll(TOKEN)].flatMap(([, mark, name]) => {
      const value = mark === '' && name !== undefined ? env[name] : undefined;
      return value === undefined ? [] : [value];
    }),
  );
}

function fillText(place: Place, env: Environment): string {
  const { text, use } = place;
  if (use === 'file') return text;
  const plain = use === 'body' ? text : text.replaceAll(ESCAPED_BARE, '$');
  return plain.replaceAll(TOKEN, (whole, mark: string, name: string | undefined, _open, index) => {
    if (mark !== '') return whole.slice(1);
    const value = name === undefined ? undefined : env[name];
    return value === undefined ? whole : writeAt(place, plain.slice(0, index))(value);
  });
}

/** As that place needs it to be the same value there. What is a whole parameter, or JSON outside of its strings, is meant as it is. */
function writeAt({ use, write = asItIs }: Place, before: string): Write {
  if (use === 'path') return isOfParameter(before) ? encodeURIComponent : asItIs;
  if (write === inJson) return isInJsonString(before) ? inJson : asItIs;
  return write === asItIs || isOfParameter(before) ? write : asItIs;
}

function trouble(
  { path, text, use }: Place,
  found: RegExpExecArray,
  env: Environment,
): Mistake[] | null {
  const [, mark, name, expression] = found;
  if (mark !== '') return null;
  const at = { path, part: 'value' as const };
  if (expression !== undefined) {
    const message = `\`\${{ … }}\` is filled in by GitHub, and in workflow files only`;
    const hint = `give the step \`env: { NAME: \${{ … }} }\` and write \`\${NAME}\` here; ${ESCAPE}`;
    return [{ ...at, message, hint }];
  }
  if (name === undefined) {
    const message = `\`\${\` begins a variable, which is written \`\${NAME}\`: no other form of a shell’s is known here`;
    return [{ ...at, message, hint: ESCAPE }];
  }
  if (use === 'file' && found[0] !== text) {
    const what = path.at(-1) === 'data' ? 'the rows, or the path of their file' : 'the PEM text';
    const message = 'a variable stands for the whole value here, and not for a part of it';
    return [{ ...at, message, hint: `write \`\${${name}}\` alone, and let it hold ${what}` }];
  }
  const value = env[name];
  if (value === undefined || value.trim() === '') {
    const state = value === undefined ? 'not set' : 'empty';
    const message = `the variable ${name} is ${state} in the environment of the gate`;
    const hint = `set it (in a workflow: \`env:\` of the step, for example from a secret); ${ESCAPE}`;
    return [{ ...at, message, hint }];
  }
  const wrong = misfit(use, text, found.index, value);
  return wrong === null
    ? null
    : [{ ...at, message: `the value of ${name} ${wrong[0]}`, hint: wrong[1] }];
}

/** Why a value cannot stand there, without a word of it, and what to do. */
function misfit(use: Use, text: string, at: number, value: string): [string, string] | null {
  if (use === 'header' && !HEADER_VALUE.test(value)) {
    return [
      'cannot stand in a header: it has a line break or other characters',
      'set it to one line of Latin-1',
    ];
  }
  if (use === 'token' && !TOKEN_CHARACTERS.test(value)) {
    return [
      'cannot be a subprotocol: it has spaces, separators or other characters',
      'encode it so that none is left (base64url without `=`)',
    ];
  }
  if (use !== 'path') return null;
  if (!text.slice(0, at).includes('?')) {
    return [
      'would stand in the path itself, and so in every report',
      'put it behind a `?`, or into a header: these are written nowhere',
    ];
  }
  if (!isOfParameter(text.slice(0, at)) && /[^!-~]|#/.test(value)) {
    return [
      'has characters that no path can hold',
      'give the parameter a name before it (`key=`), and it is percent-encoded; or set it to the whole parameter as it stands in a URL',
    ];
  }
  return null;
}

function lookalikes({ path, text, use }: Place): Mistake[] {
  if (use === 'body') return [];
  const at = { path, part: 'value' as const };
  const template = use === 'env' ? null : MUSTACHE.exec(text);
  return [
    ...bareIn(text).map((name) => ({
      ...at,
      message: `\`$${name}\` is sent as it stands: no shell sees it`,
      hint: `for the variable, write \`\${${name}}\`; for these very characters, \`$$${name}\``,
    })),
    ...(template === null
      ? []
      : [
          {
            ...at,
            message: `\`${template[0]}\` is sent as it stands: nothing here fills it in`,
            hint: `for a variable of the environment, write \`\${NAME}\``,
          },
        ]),
  ];
}

/** Every text that is passed on as it stands. */
function placesIn(file: unknown): Place[] {
  return [
    ...entries(file, 'servers').flatMap(([name, server]) => {
      const at = ['servers', name];
      const ready = get(server, 'ready');
      return [
        ...record(get(server, 'env'), [...at, 'env'], 'env'),
        ...(typeof ready === 'string'
          ? text(ready, [...at, 'ready'], 'path')
          : text(get(ready, 'path'), [...at, 'ready', 'path'], 'path')),
        ...record(get(ready, 'headers'), [...at, 'ready', 'headers'], 'header'),
      ];
    }),
    ...entries(file, 'scenarios').flatMap(([name, scenario]) => {
      const at = ['scenarios', name];
      const requests = list(get(scenario, 'requests')).flatMap((request, index) =>
        requestPlaces(request, [...at, 'requests', index], headersOf(scenario)),
      );
      const logIn = list(get(scenario, 'before-load')).flatMap((request, index) =>
        requestPlaces(request, [...at, 'before-load', index]),
      );
      const tls = get(scenario, 'tls');
      return [
        ...requestPlaces(scenario, at),
        ...requests,
        ...logIn,
        ...text(get(scenario, 'subprotocol'), [...at, 'subprotocol'], 'token'),
        ...bodyText(get(scenario, 'message'), [...at, 'message'], []),
        ...text(get(scenario, 'data'), [...at, 'data'], 'file'),
        ...text(get(tls, 'ca'), [...at, 'tls', 'ca'], 'file'),
        ...text(get(tls, 'cert'), [...at, 'tls', 'cert'], 'file'),
        ...text(get(tls, 'key'), [...at, 'tls', 'key'], 'file'),
        ...text(get(tls, 'passphrase'), [...at, 'tls', 'passphrase'], 'env'),
      ];
    }),
  ];
}

/** `shared`: headers that it has besides its own, which come first. */
function requestPlaces(
  request: unknown,
  at: Path,
  shared: readonly [string, string][] = [],
): Place[] {
  const headers = [...headersOf(request), ...shared];
  return [
    ...text(get(request, 'path'), [...at, 'path'], 'path'),
    ...record(get(request, 'headers'), [...at, 'headers'], 'header'),
    ...bodyText(get(request, 'body'), [...at, 'body'], headers),
    ...bodyText(get(get(request, 'expect'), 'body'), [...at, 'expect', 'body'], []),
  ];
}

function headersOf(owner: unknown): [string, string][] {
  return Object.entries(map(get(owner, 'headers'))).map(([name, value]) => [name, String(value)]);
}

function bodyText(raw: unknown, path: Path, headers: readonly [string, string][]): Place[] {
  return text(raw, path, 'body').map((place) => ({
    ...place,
    write: bodyWrite(headers, place.text),
  }));
}

function record(raw: unknown, at: Path, use: Use): Place[] {
  return Object.entries(map(raw)).flatMap(([name, value]) => text(value, [...at, name], use));
}

function text(raw: unknown, path: Path, use: Use): Place[] {
  return (typeof raw === 'string' && raw.includes('$')) ||
    (typeof raw === 'string' && raw.includes('{{'))
    ? [{ path, text: raw, use }]
    : [];
}

function at(value: unknown, key: string | number): unknown {
  return (value as Record<string | number, unknown>)[key];
}
