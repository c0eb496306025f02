/** Foldable parts of the job's log. */
import { randomUUID } from 'node:crypto';

/**
 * Opens a fold; disposing closes it. Inside, the runner's workflow commands are switched off: what a
 * build or a server prints is the change's own text, and a line such as `::add-path::` in it must
 * stay text. Do not emit annotations or nest folds before it is closed.
 */
export function openFold(title: string, out: (text: string) => void = toStdout): Disposable {
  const token = randomUUID();
  out(`::group::${oneLine(title)}\n::stop-commands::${token}\n`);
  return {
    [Symbol.dispose]() {
      // The newline first: a command counts only at the start of a line, and output may end without one.
      out(`\n::${token}::\n::endgroup::\n`);
    },
  };
}

function toStdout(text: string): void {
  process.stdout.write(text);
}

function oneLine(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
