/** Programs that start a server again when its files change. Pure. */

/** Of a framework that compiles what is asked for, or loads it anew, and watches it. */
const DEV_SERVERS =
  /(?:^|[\s/])(?:next|nuxt|nuxi|astro|remix|wrangler|vinxi|nitropack|fastapi)(?:\.[cm]?js)?\s+dev(?:\s|$)|(?:^|[\s/])sanic\s(?:.*\s)?(?:--dev|-[dr])(?:\s|$)|(?:^|[\s/])adev\s+runserver\b|(?:^|[\s/])(?:ng|webpack)(?:\.[cm]?js)?\s+serve(?:\s|$)/;

/** Their names, where they are the program or the script that it runs, and their options. */
const WATCHES =
  /^(?:(?:\S*\/)?(?:node(?:js)?|bun|npx|python[\d.]*|ruby[\d.]*|perl|php|(?:ba|da)?sh)\s+(?:-\S+\s+(?:[^-\s]\S*\s+)?)*)?(?:\S*\/)?(?:nodemon|node-dev|ts-node-dev|tsnd|watchexec|watchfiles|watchmedo|entr|reflex|air|gow|bacon|cargo-watch|rerun|guard|morbo)(?:\s|$)|(?:^|[\s/])plackup\s(?:.*\s)?-[rR](?:\s|$)|\s--(?:reload|watch|hot|auto-reload|live-reload)(?=\s|=|$)|\stsx(?:\.\w+)?\s(?:.*\s)?watch\b|\/tsx\/dist\/\S+\swatch\b|\bmanage\.py\s+runserver\b(?!.*--noreload)|\bcargo\s+watch\b/;

/** `commands`: whole, of the processes that run. */
export function watchesFiles(commands: readonly string[]): boolean {
  return commands.some((command) => WATCHES.test(command) || DEV_SERVERS.test(command));
}
