/** Whether what starts a server again has given it up, by what such programs print last, or waits for a change to its files. Pure. */

const GIVEN_UP = [
  // nodemon
  /\bapp crashed - waiting for file changes/,
  // node --watch
  /^Failed running .*|\bWaiting for file changes before restarting/,
  // deno --watch
  /\bProcess failed\. Restarting on file change/,
  // supervisord
  /\bentered FATAL state/,
  // pm2
  /\bhad too many unstable restarts/,
];

/** Names and options of those that start a server again when its files change. */
const WATCHES =
  /(?:^|[\s/])(?:nodemon|node-dev|ts-node-dev|tsnd|watchexec|watchfiles|watchmedo|entr|reflex|air|gow|bacon|cargo-watch|rerun|guard)(?:\s|$)|\s--(?:reload|watch|hot|auto-reload|live-reload)\b|\stsx(?:\.\w+)?\s(?:.*\s)?watch\b|\/tsx\/dist\/\S+\swatch\b|\bmanage\.py\s+runserver\b(?!.*--noreload)|\bcargo\s+watch\b/;

export function hasGivenUp(output: string): boolean {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  return GIVEN_UP.some((sign) => sign.test(last));
}

/** `commands`: whole, of the processes that run. */
export function watchesFiles(commands: readonly string[]): boolean {
  return commands.some((command) => WATCHES.test(command));
}
