/**
 * Settings that are advised, as the user writes them. Where the form is not known (older files), they are keys of a config file, whose
 * names inputs and flags have too.
 */
import { type Form, named, written } from '../../config/settings/spelling.ts';

type Known = Form | undefined;

/** Where the form is not known: the input, the flag of the same name, and the key of a config file. */
export function expectText(status: number, form: Known): string {
  return form === undefined
    ? `set \`expect-status: ${status}\` (flag \`--expect-status ${status}\`, config file \`expect: { status: ${status} }\`)`
    : `set ${written('expectStatus', status, form)}`;
}

/** `line`: as an input or a flag has it. In a file, what YAML would take for its own in the value stands between quotation marks. */
export function headerText(line: string, form: Known): string {
  if (isOneText(form)) return written('headers', line, form);
  const [name = '', value = ''] = line.split(/: (.*)/s);
  const isPlain = /^[\w./:+;= -]*$/.test(value);
  return `\`headers: { ${name}: ${isPlain ? value : JSON.stringify(value)} }\``;
}

/** "`limits: { errors: 1% }`" in the gate of a config file, "`--limits errors=1%`" as a flag. */
export function gateText(
  name: 'limits' | 'tolerance',
  key: string,
  value: string,
  form: Known,
): string {
  return isOneText(form)
    ? written(name, `${key}=${value}`, form)
    : `\`${name}: { ${key}: ${value} }\` in the gate of the config file`;
}

/** What no flag and no input has, so that it takes a config file. */
export function fileText(text: string, form: Known): string {
  return isOneText(form) ? `\`${text}\` in a config file` : `\`${text}\``;
}

/** Behind several of these. */
export function inFile(form: Known): string {
  return isOneText(form) ? ', in a config file' : '';
}

/** Of a scenario. */
export function inScenario(text: string, form: Known): string {
  return isOneText(form)
    ? `\`${text}\` in the scenario of a config file`
    : `\`${text}\` in the scenario`;
}

export function settingName(name: Parameters<typeof named>[0], form: Known): string {
  return named(name, form ?? 'file');
}

export function settingText(
  name: Parameters<typeof written>[0],
  value: string | number,
  form: Known,
): string {
  return written(name, value, form ?? 'file');
}

/** Which subjects run: a flag and an input, and no key of a config file. */
export function onlyName(form: Known): string {
  return form === 'flags' ? '`--only`' : '`only`';
}

/** For one that gives good answers before it is ready. */
export function readyOnly(form: Known): string {
  return `Let a server be ready only when a line of its output says so (${settingName('readyLog', form)}), or when a command succeeds (${settingName('readyCommand', form)})`;
}

/**
 * Where a server and its build get a variable: its own `env` takes a config file, and without one they inherit it. Not in a command: that
 * stands in every report, and the variable may be a token, or the address of a database with its password.
 */
export function envText(form: Known): string {
  if (form === 'inputs') return 'a variable in `env:` of the step, which servers inherit';
  return form === 'flags'
    ? "a variable of the gate's own environment (`export NAME=value`), which servers inherit"
    : 'a setting of the server in `env`';
}

/** A flag or an input is one text, where a file may have a map. */
export function isOneText(form: Known): form is 'flags' | 'inputs' {
  return form === 'flags' || form === 'inputs';
}
