/** What would mend a request that the server refuses, by what its answer says. */
import { type Form, named, written } from '../../config/settings/spelling.ts';
import type { Refusal } from '../../measure/failures/refusal.ts';
import type { Cure } from '../../measure/observed/cure.ts';
import { plural } from '../wording/format.ts';
import { envText, expectText, fileText, headerText, inFile, isOneText } from './cure-settings.ts';

export type Refused = Extract<Cure, { code: Refusal | 'login-refused' }>;

export function refusalText(cure: Refused): string {
  const form = cure.form ?? 'file';
  const { status } = cure.answer;
  const [path, body, headers] = [named('path', form), named('body', form), named('headers', form)];
  switch (cure.code) {
    case 'unknown-host':
      return `The server answers known hosts only, and the Host header of the load is \`127.0.0.1:<port>\` unless you name another. Let it ${allowHost(cure.form)}.`;
    case 'csrf':
      if (cure.isCaptured === true) {
        return `The server wants another token against forged requests (CSRF) than the one that \`before-load\` captured. It may belong to a session, and then the load needs \`cookies: true\` too. Or it is good for one request, and each answer brings the next: no load can follow that. Switch that check off for this run, by ${envText(form)}.`;
      }
      return `The server wants a token with it that protects from forged requests (CSRF). Switch that check off for this run, by ${envText(form)}. Or fetch the token before the load${inFile(form)}: \`before-load\` with \`capture\`, and \`cookies: true\`.`;
    case 'conflict':
      return `What is sent conflicts with what the server has already, most often from a request before it. Send values that are new each time, such as \`{uuid}\` or \`{n}\`, in ${path} or ${body}. What is there from earlier runs, ${fileText('before', form)} can remove.`;
    case 'deleted':
      return `A DELETE finds once what it deletes, and not at all what was never there. Delete another one each time (\`{n}\` in ${path}), and make enough of them in ${fileText('before', form)}. If a DELETE that finds nothing is what you want to measure, ${expectText(status, cure.form)}.`;
    case 'too-large':
      return status === 413
        ? `The server takes no body as large as this one. Raise its limit for both builds (\`client_max_body_size\` of nginx, \`limit\` of body-parser), or send less: ${body}.`
        : `The server takes no request line or no headers as long as these. Raise its limit for both builds, or send less: ${path}, ${headers}.`;
    case 'invalid-body':
      return `The server reads the request and does not take what it says. Look at ${body}, and at the content-type in ${headers}; the beginning of its answer, in the log of the run, often names the field. If it refuses what is there already, send values that are new each time (\`{uuid}\`, \`{n}\`).`;
    case 'database-locked':
      return `The database file is locked: another connection is writing to it. If both builds have the same file, give each its own: \`{dir}\` or \`{arm}\` in its path, which may stand in ${isOneText(form) ? named('start', form) : '`env` of the server'}. If each has its own, ask for fewer connections (${named('connections', form)}), or let the server wait for the lock (\`busy_timeout\` of SQLite).`;
    case 'bad-request':
      if (status in WANTED) return wanted(status, cure.form);
      if (status !== 400) {
        return `Look at the request (${named('method', form)}, ${headers}, ${body}): the beginning of the answer, in the log of the run, may say what it lacks. If ${status} is the right answer, ${expectText(status, cure.form)}.`;
      }
      return `Look at the request (${named('method', form)}, ${headers}, ${body}). Its Host header is \`127.0.0.1:<port>\` unless you name another. A server that answers only known hosts must ${allowHost(cure.form)}.`;
    case 'unauthorized':
      return `The server wants to know who asks. Send it what it takes, for example ${headerText(AUTHORIZATION, cure.form)} with the variable TOKEN in the gate's environment, made up for this run and given to the server too (${envText(form)}). A login before the load is ${fileText('before-load', form)}.`;
    case 'login-expired':
      return `The server knew who asked for ${plural(cure.good, 'answer')}, and then no more: what it was sent is valid for a short time, or for so many requests. A login (\`before-load\`) is done once for each start of a server: let what it gives be valid for longer in this run, by ${envText(form)}.`;
    case 'login-refused':
      return `The login failed. Look at its \`body\` and at the variable that the password comes from; and whether \`before\` must make that user first. The beginning of the answer is in the log of the run.`;
    case 'not-allowed':
      return `The request needs a header (${headers}), such as a token, a cookie or a user-agent: the load has none of its own. Make a token up for this run, and give it to the server too (${envText(form)}). Over TLS it may be a client certificate (${form === 'file' ? '' : 'in a config file, '}\`tls\` with \`cert\` and \`key\`).`;
    case 'not-modified':
      return `A header of the load asks only for what has changed (if-none-match, if-modified-since), and nothing has: leave it out (${headers}). If an answer without a body is what you want to measure, ${expectText(status, cure.form)}.`;
    case 'upgrade-required':
      return `The server speaks another protocol at this path: WebSocket (${written('protocol', 'websocket', form)}), HTTP/2 (${written('protocol', 'http2', form)}) or TLS (${named('tls', form)}). The beginning of its answer, in the log of the run, may say which.`;
    case 'not-found':
      return `Set ${path} to one that the server has for this ${named('method', form)}: some routers know a path for GET alone, and say ${status} to HEAD. If it needs data that is not there yet, create the data in ${fileText('before', form)}. If ${status} is the right answer, ${expectText(status, cure.form)}.`;
    case 'wrong-method':
      return `Set the ${named('method', form)} that this path takes.`;
    case 'unavailable':
      return unavailable(status, form);
    case 'server-error':
      if (cure.good !== undefined) {
        return `The server answered ${plural(cure.good, 'request')} well, and fails at others: the beginning of such an answer, and what it printed last, are in the log of the run.`;
      }
      return `The server fails at this request. The beginning of its answer, and what it printed last, are in the log of the run. If ${status} is the right answer, ${expectText(status, cure.form)}.`;
    case 'other-success':
      return `If ${status} is the right answer, ${expectText(status, cure.form)}. If not, look at ${path} and ${named('method', form)}.`;
  }
}

/** A value of the environment, by its name. */
const AUTHORIZATION = `authorization: Bearer \${TOKEN}`;

function allowHost(form: Form | undefined): string {
  return `allow that one (a setting in ${isOneText(form) ? '' : '`env` or in '}${named('start', form ?? 'file')}), or send it a host that it knows: ${headerText('host: example.org', form)}`;
}

function unavailable(status: number, form: Form): string {
  return `The server counted as ready and answers ${status}: it may need longer, or what it asks in its turn (a database) is not there. Let it be ready only when this path answers: ${named('readyPath', form)} with this path and ${written('readyStatus', '200', form)}.`;
}

/** What a status says that the request lacks. */
const WANTED: Record<number, string> = {
  406: 'accept: application/json',
  415: 'content-type: application/json',
};

function wanted(status: number, form: Form | undefined): string {
  const grpc =
    status === 415
      ? `, or, to a server of gRPC, ${headerText('content-type: application/grpc', form)}`
      : '';
  return `Send the type that the server takes, for example ${headerText(WANTED[status] ?? '', form)}${grpc}.`;
}
