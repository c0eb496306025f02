/** What a server means by the code with which it closes a WebSocket, and what would mend it. */
import { type Form, named } from '../../config/settings/spelling.ts';
import { envText, fileText, inFile } from './cure-settings.ts';

/** The registered codes end at 2999; programs choose from the rest. */
const FIRST_OF_ITS_OWN = 3000;

/** `1006`: it gave none, as the connection just ended; `1005`: a close without a code. Keys that no flag has take a config file, which is said. */
export function closeCodeText(code: number, form: Form): string {
  const headers = named('headers', form);
  switch (code) {
    case 1000:
    case 1005:
      return `The server ends the connection in order, and has not sent a message back on it. It may want other messages than those of the generator, or another subprotocol: set \`message\` or \`subprotocol\`${inFile(form)}.`;
    case 1001:
    case 1012:
      return 'The server says that it goes away, or is started again, and has sent nothing back on the next connection either: look at its own log.';
    case 1003:
      return `By code 1003 the server says that it does not take messages of this type: set ${fileText('binary: true', form)} for binary ones, or leave \`binary\` out for text.`;
    case 1002:
    case 1007:
      return `By code ${code} the server says that it does not understand the message: give it one that it does with \`message\`, and look at \`binary\` and \`subprotocol\`${inFile(form)}.`;
    case 1008:
      return `By code 1008 the server says that this is not allowed. It may want a header (${headers}), such as an Origin, a token or a cookie, or another ${fileText('message', form)}; or it limits how often a client may send: then switch that off for this run, by ${envText(form)}.`;
    case 1009:
      return `By code 1009 the server says that the message is too large for it: set a smaller ${fileText('message-size', form)}, or raise its limit.`;
    case 1011:
      return 'By code 1011 the server says that it failed itself: look at its own log.';
    case 1013:
      return `By code 1013 the server says that it has too much to do: ask for fewer connections (${named('connections', form)}), or raise its limit.`;
    case 1006:
      return 'The connection ended without a word: look at the log of the server for a worker that was ended or a limit (of connections, time, messages or memory), and have it close with a code, such as 1001.';
    default:
      return code < FIRST_OF_ITS_OWN
        ? `Look at the log of the server for why it closes with code ${code}.`
        : `Code ${code} is one of the server's own: look for it in its code. Where it means that nobody is logged in, the handshake needs a header (${headers}), or a login with \`before-load\` and ${fileText('cookies: true', form)}. A login by a first message is not made: have the server take a token in the handshake in this run.`;
  }
}
