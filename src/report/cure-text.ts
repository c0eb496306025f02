/** What to do about a set-up that does not work, in one sentence for each sign that is known. */
import type { Cure } from '../measure/cure.ts';
import { plural } from './format.ts';

export function cureText(cure: Cure): string {
  switch (cure.code) {
    case 'redirected':
      return redirected(cure.answer.location ?? '', cure.answer.status);
    case 'not-found':
      return `Set \`path\` to one that the server has. If it needs data that is not there yet, create the data in \`before\`. If ${cure.answer.status} is the right answer, ${expect(cure.answer.status)}.`;
    case 'bad-request':
      return 'Look at the request (`method`, `headers`, `body`). Its Host header is `127.0.0.1:<port>`. A server that answers only known hosts must allow that one (a setting in `env` or in `start`), or send it a host that it knows: `headers: { host: example.org }`.';
    case 'not-allowed':
      return 'The request needs a header (`headers`), such as a token or a cookie. Make one up for this run, and give it to the server too (`env`).';
    case 'wrong-method':
      return 'Set the `method` that this path takes.';
    case 'rate-limited':
      return `${limiter(cure)} Turn it off for this run, or set it far above any load, by a setting of the server in \`env\`.`;
    case 'other-success':
      return `If ${cure.answer.status} is the right answer, ${expect(cure.answer.status)}. If not, look at \`path\` and \`method\`.`;
    case 'few-connections':
      return `Set \`connections: ${cure.served}\` (flag \`--connections ${cure.served}\`) to measure it as it is, or have it serve more at once (threads, workers, an asynchronous server).`;
    case 'command-not-found':
      return 'The shell did not find a command (exit code 127). Install it in a step before this one or in `build`, or give its path. What `npm ci` installs is in `node_modules/.bin`.';
    case 'not-executable':
      return 'The shell may not run that file (exit code 126). Make it executable (`git update-index --chmod=+x`), or name the program that runs it.';
    case 'ignored-files-missing':
      return 'A file or a module is missing. What git ignores (`node_modules`, `.env`, results of a build) is not in the tree that is measured: `build` must make it. If it is there, look at the path in the command.';
    case 'address-in-use':
      return 'Something else uses the address that the server wants. Let the server listen on the port in PORT, or on {port}. If its port is fixed, set `port` and `pairs: exclusive`, and end what else listens there.';
    case 'queue':
      return queued(cure);
    case 'not-side-by-side':
      return 'Both need the same thing, such as a fixed port, a lock or a file. Set `pairs: exclusive`, and `port` if the port is fixed.';
  }
}

/** Each as the input, the flag and the key of a config file, which have one name. */
function queued({ connections, timeoutMs }: Extract<Cure, { code: 'queue' }>): string {
  const timeout = `${Math.ceil(timeoutMs / 1000)}s`;
  return `Ask for fewer connections (\`connections: ${connections}\`, flag \`--connections ${connections}\`), or for a longer timeout (\`timeout: ${timeout}\`, flag \`--timeout ${timeout}\`).`;
}

/** The input, the flag of the same name, and the key of a config file. */
function expect(status: number): string {
  return `set \`expect-status: ${status}\` (flag \`--expect-status ${status}\`, config file \`expect: { status: ${status} }\`)`;
}

function redirected(location: string, status: number): string {
  if (/^https:/.test(location)) {
    return `The server redirects to ${location}. Set \`tls\` if it serves HTTPS itself, or turn the redirect off for this run. If the redirect is what you want to measure, ${expect(status)}.`;
  }
  const place = location.replace(/^http:\/\/[^/]*/, '');
  return `The server redirects to ${location}. Set \`path: ${place}\`. If the redirect is what you want to measure, ${expect(status)}.`;
}

function limiter({ answer: { status }, good }: Extract<Cure, { code: 'rate-limited' }>): string {
  const before = good === null || good === 0 ? '' : `after ${plural(good, 'good answer')} it `;
  return `This looks like a rate limiter: ${before === '' ? 'the server ' : before}answered ${status}.`;
}
