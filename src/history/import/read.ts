/** The text of a foreign file → lines, or everything that is wrong with it, each with its line and key. Pure. */
import { LineCounter, parseDocument } from 'yaml';
import { keyPath, type Mistake, type Path } from '../../config/mistakes/mistakes.ts';
import { type Problem, UserError } from '../../system/messages/problem.ts';
import type { HistoryLine } from '../line.ts';
import { BENCHER_METRIC_FORMAT, BENCHER_PERF, BENCHER_REPORTS } from './bencher.ts';
import { CODSPEED } from './codspeed.ts';
import { type Asked, type ImportFormat, linesOfFigures, type Repeated } from './figure.ts';
import { GITHUB_ACTION_BENCHMARK } from './github-action-benchmark.ts';

/** The most telling first: Bencher Metric Format looks like nothing in particular. */
const IMPORT_FORMATS: readonly ImportFormat[] = [
  GITHUB_ACTION_BENCHMARK,
  BENCHER_PERF,
  BENCHER_REPORTS,
  CODSPEED,
  BENCHER_METRIC_FORMAT,
];

/** In a message; a file may have a million mistakes of one kind. */
const MISTAKES_AT_MOST = 20;

export interface ImportedFile {
  readonly program: string;
  readonly lines: readonly HistoryLine[];
  readonly repeated: Repeated;
}

/** @throws UserError with every mistake that could be found; nothing of such a file is taken */
export function readImport(
  text: string,
  { file, asked, tool }: { file: string; asked: Asked; tool: string },
): ImportedFile {
  const json = withoutScript(text);
  const value = parsed(json, file);
  const format = IMPORT_FORMATS.find((one) => one.is(value));
  if (format === undefined) {
    throw new UserError({
      where: file,
      message: 'is no file that can be imported',
      hint: `what can be: ${IMPORT_FORMATS.map((one) => one.file).join('; ')}`,
    });
  }
  const { program } = format;
  const { figures, mistakes } = format.take(value, asked);
  const { lines, mistakes: more, repeated } = linesOfFigures(figures, { program, tool });
  const all = [...mistakes, ...more];
  if (all.length > 0) throw new UserError(problemsOf(all, json, file));
  if (lines.length === 0) {
    throw new UserError({ where: file, message: 'has no figures', hint: 'is it the right file?' });
  }
  return { program, lines, repeated };
}

/** Of the same length, so that places stay what they are. */
function withoutScript(text: string): string {
  const [prefix = ''] = /^\uFEFF?\s*(window\.BENCHMARK_DATA\s*=\s*)?/.exec(text) ?? [];
  const rest = text.slice(prefix.length).replace(/;\s*$/, '');
  return `${prefix.replaceAll(/[^\n]/g, ' ')}${rest}`;
}

function parsed(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const { message } = error as SyntaxError;
    const [, position] = /at position (\d+)/.exec(message) ?? [];
    const line = position === undefined ? null : lineAt(json, Number(position));
    const isShort = /end of JSON input|Unterminated/.test(message);
    throw new UserError({
      where: line === null ? file : `${file}:${line}`,
      message: `is no JSON${isShort ? ': it ends too early or is empty' : ''}`,
      hint: 'take the file as the other program wrote it',
    });
  }
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

function problemsOf(mistakes: readonly Mistake[], json: string, file: string): Problem[] {
  const lineOf = linesByPath(json);
  const problems = mistakes.slice(0, MISTAKES_AT_MOST).map(({ path, message, hint }): Problem => {
    const line = lineOf(path);
    const key = keyPath(path);
    return {
      where: line === null ? file : `${file}:${line}`,
      message: key === '' ? message : `${key}: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    };
  });
  const rest = mistakes.length - problems.length;
  return rest > 0 ? [...problems, { where: file, message: `and ${rest} more mistakes` }] : problems;
}

/** Characters: in a larger file it takes minutes to know where things stand, and who reads such a file looks for the key. */
const PLACED_AT_MOST = 2_000_000;

/** JSON is YAML, whose parser knows where things stand. Of what is missing: where it would belong. */
function linesByPath(json: string): (path: Path) => number | null {
  if (json.length > PLACED_AT_MOST) return () => null;
  const counter = new LineCounter();
  const document = parseDocument(json, { lineCounter: counter, uniqueKeys: false });
  return (path) => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as
        | { range?: readonly [number, number, number] | null }
        | undefined;
      const start = node?.range?.[0];
      if (start !== undefined) return counter.linePos(start).line;
    }
    return null;
  };
}
