/** Whether what starts a server again has given it up, by what such programs print last. Pure. */

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

/** Names of those that run several programs, and give up one without the others. The daemon of pm2 names itself. */
const SUPERVISES = /(?:^|[\s/])(?:supervisord|pm2(?:-runtime|-docker|-dev)?)(?:\s|$)|^PM2 v/;

export function hasGivenUp(output: string): boolean {
  const last = output.trimEnd().split('\n').at(-1) ?? '';
  return GIVEN_UP.some((sign) => sign.test(last));
}

/** `command`: whole, of one process. */
export function supervises(command: string): boolean {
  return SUPERVISES.test(command);
}
