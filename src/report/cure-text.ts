/** What to do about a set-up that does not work, in one sentence for each sign that is known. */
import type { Cure } from '../measure/cure.ts';
import { plural } from './format.ts';

export function cureText(cure: Cure): string {
  switch (cure.code) {
    case 'redirected':
      return redirected(cure.answer.location ?? '', cure.answer.status);
    case 'not-found':
      return `Give a path that the server has (\`path\`), or the server needs data that is not there yet (make it in \`before\`); if ${cure.answer.status} is the right answer, ${expect(cure.answer.status)}.`;
    case 'bad-request':
      return 'Look at the request (`method`, `headers`, `body`). Its Host header is `127.0.0.1:<port>`: a server that takes known hosts only must be told to take that one (its list of allowed hosts, in `env` or in `start`), or set the header that it wants: `headers: { host: example.org }`.';
    case 'not-allowed':
      return `The request needs a header (\`headers\`), such as a token or a cookie: make one up for this run and give it to the server too (\`env\`).`;
    case 'wrong-method':
      return 'Set the `method` that this path takes.';
    case 'rate-limited':
      return `${limiter(cure)} Turn it off for this run, or raise it far above any load, by a setting of the server in \`env\`.`;
    case 'other-success':
      return `If ${cure.answer.status} is the right answer, ${expect(cure.answer.status)}; else look at \`path\` and \`method\`.`;
    case 'command-not-found':
      return 'The shell did not find a command (exit code 127): install it in a step before this one or in `build`, or give its path. What `npm ci` installs is in `node_modules/.bin`.';
    case 'not-executable':
      return 'The shell may not run that file (exit code 126): make it executable (`git update-index --chmod=+x`), or name the program that runs it.';
    case 'ignored-files-missing':
      return 'A file or a module is missing. What git ignores (`node_modules`, `.env`, what a build makes) is not in the tree that is measured: `build` must make it; else look at the path in the command.';
    case 'address-in-use':
      return 'The address that the server wants is taken: let it listen on the PORT variable or on {port}; if its port is fixed, set `port` and `pairs: exclusive`, and end what else listens there.';
    case 'not-side-by-side':
      return 'Both want the same thing (a fixed port, a lock, a file): set `pairs: exclusive`, and `port` where that is fixed.';
  }
}

/** The input, the flag of the same name, and the key of a config file. */
function expect(status: number): string {
  return `set \`expect-status: ${status}\` (flag \`--expect-status ${status}\`, config file \`expect: { status: ${status} }\`)`;
}

function redirected(location: string, status: number): string {
  if (/^https:/.test(location)) {
    return `The server sends to ${location}: set \`tls\` if it serves HTTPS itself, or turn that redirect off for this run; if it is the right answer, ${expect(status)}.`;
  }
  const place = location.replace(/^http:\/\/[^/]*/, '');
  return `The server sends to ${location}: set \`path: ${place}\`; if the redirect is what is to be measured, ${expect(status)}.`;
}

function limiter({ answer: { status }, good }: Extract<Cure, { code: 'rate-limited' }>): string {
  const before = good === null || good === 0 ? '' : `after ${plural(good, 'good answer')} it `;
  return `This looks like a rate limiter: ${before === '' ? 'the server ' : before}answered ${status}.`;
}
