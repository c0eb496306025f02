/**
 * What GitHub's runner takes for commands in a log: its own parsers, written again from its sources (actions/runner
 * 258d6c8: ProcessInvoker.cs for lines, OutputManager.cs, ActionCommandManager.cs and ActionCommand.cs), as the oracle.
 * .NET compares by culture there, which skips characters that nobody sees, so every line is also read without them.
 */

export interface RunnerCommand {
  name: string;
  properties: Record<string, string>;
  data: string;
}

const REGISTERED = new Set([
  'stop-commands',
  'internal-set-repo-path',
  'set-env',
  'set-output',
  'save-state',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'debug',
  'warning',
  'error',
  'notice',
  'group',
  'endgroup',
  'echo',
]);

/** Every command in what a step wrote to standard output or standard error. */
export function runnerCommands(log: string): RunnerCommand[] {
  return linesOf(log).flatMap((line) => {
    const visible = line.replace(
      /[\p{Cf}\p{Default_Ignorable_Code_Point}]|(?![\t-\r\x85])\p{Cc}/gu,
      '',
    );
    const command = parseV2(line) ?? parseV1(line) ?? parseV2(visible) ?? parseV1(visible);
    return command ?? [];
  });
}

/** As `TextReader.ReadLine` splits. */
function linesOf(log: string): string[] {
  return log.split(/\r\n|\r|\n/);
}

/** `TryParseV2`: `::name key=value,key=value::data`. */
function parseV2(input: string): RunnerCommand | null {
  const message = trimStart(input);
  if (!message.startsWith('::')) return null;
  const end = message.indexOf('::', 2);
  if (end < 0) return null;
  return command(
    message.slice(2, end),
    ',',
    message.slice(end + 2),
    unescapeData,
    unescapeProperty,
  );
}

/** `TryParse`: `##[name key=value;key=value]data`, anywhere in the line. */
function parseV1(message: string): RunnerCommand | null {
  const start = message.indexOf('##[');
  if (start < 0) return null;
  const end = message.indexOf(']', start);
  if (end < 0) return null;
  return command(
    message.slice(start + 3, end),
    ';',
    message.slice(end + 1),
    unescapeV1,
    unescapeV1,
  );
}

type Unescape = (text: string) => string;

function command(
  info: string,
  separator: string,
  data: string,
  ofData: Unescape,
  ofProperty: Unescape,
): RunnerCommand | null {
  const space = info.indexOf(' ');
  const name = (space < 0 ? info : info.slice(0, space)).toLowerCase();
  if (!REGISTERED.has(name)) return null;
  const properties: Record<string, string> = {};
  for (const pair of space < 0
    ? []
    : info
        .slice(space + 1)
        .trim()
        .split(separator)) {
    const at = pair.indexOf('=');
    if (at > 0 && at < pair.length - 1)
      properties[pair.slice(0, at)] = ofProperty(pair.slice(at + 1));
  }
  return { name, properties, data: ofData(data) };
}

/** `String.TrimStart`: all that Unicode calls white space. */
function trimStart(text: string): string {
  return text.replace(/^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, '');
}

function undo(...codes: readonly [code: string, character: string][]): Unescape {
  return (text) => codes.reduce((all, [code, character]) => all.replaceAll(code, character), text);
}

const unescapeData = undo(['%0D', '\r'], ['%0A', '\n'], ['%25', '%']);
const unescapeProperty = undo(
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
);
const unescapeV1 = undo(['%3B', ';'], ['%0D', '\r'], ['%0A', '\n'], ['%5D', ']'], ['%25', '%']);

/** Lines of which each is a command to the runner, or would be after a careless change. */
export const HOSTILE_LINES: readonly string[] = [
  '##[add-mask]needed',
  '##[stop-commands]x',
  '::stop-commands::x',
  '::error::x',
  '::error file=a.js,line=1::x',
  '  ::error::x',
  '\t::warning::x',
  '\u0085::error::x',
  '\u00a0\u3000\u2028::error::x',
  '\u00ad::error::x',
  '\ufeff::error::x',
  ':\u200d:error::x',
  'text ##[error]x',
  'text ###[error]x',
  '##\u00ad[error]x',
  '#\u200b#[error]x',
  '##[set-env name=PATH;]/tmp/evil',
  '##[ERROR]x',
  'half a line\r::error::x',
  'half a line\r\n##[error]x',
  '::group::x',
  '::endgroup::',
  `${'x'.repeat(16 * 1024)}##[error]x`,
  `${' '.repeat(16 * 1024 - 1)}::error::x`,
];
