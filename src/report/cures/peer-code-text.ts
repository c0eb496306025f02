/** What a server means by an error code of HTTP/2 or HTTP/3, and what would mend it. Settings are named as the user writes them. */
import { type Form, named, written } from '../../config/settings/spelling.ts';

/** Codes of HTTP/3 that mean what one of HTTP/2 does. */
const ALIKE: Record<string, string> = {
  H3_EXCESSIVE_LOAD: 'ENHANCE_YOUR_CALM',
  H3_REQUEST_REJECTED: 'REFUSED_STREAM',
  H3_VERSION_FALLBACK: 'HTTP_1_1_REQUIRED',
  H3_INTERNAL_ERROR: 'INTERNAL_ERROR',
  H3_NO_ERROR: 'NO_ERROR',
  H3_REQUEST_CANCELLED: 'CANCEL',
};

/** `isAlone`: it was asked for one thing, on a connection of its own. */
export function peerCodeText(
  { name, isAlone = false }: { name: string; isAlone?: boolean | undefined },
  form: Form,
): string {
  const code = ALIKE[name] ?? name;
  return (isAlone ? aloneText(code, name) : null) ?? loadedText(code, name, form);
}

/** Null: it means the same under a load. */
function aloneText(code: string, name: string): string | null {
  switch (code) {
    case 'ENHANCE_YOUR_CALM':
      return `By ${name} the server says that this client asks for too much, though it was asked for one thing on a new connection: look at its own log, and at its limits of connections, requests, pings and headers.`;
    case 'REFUSED_STREAM':
    case 'NO_ERROR':
      return `By ${name} the server says that it takes no requests, though it was asked for one on a new connection: it is being shut down, or a limit of its own is 0 (of streams, of requests or of the age of a connection). Look at its own log and at these limits.`;
    default:
      return null;
  }
}

function loadedText(code: string, name: string, form: Form): string {
  switch (code) {
    case 'ENHANCE_YOUR_CALM':
      return `By ${name} the server says that this client asks for too much at once: it has a limit of requests, resets, pings or headers. Ask for less (${atOnce(form)}), or raise that limit for this run.`;
    case 'REFUSED_STREAM':
      return `By ${name} the server says that it takes no further requests now. Ask for fewer at a time (${atOnce(form)}), or raise its limit of streams.`;
    case 'HTTP_1_1_REQUIRED':
      return `By ${name} the server asks for HTTP/1.1: set ${written('protocol', 'http1', form)}.`;
    case 'INADEQUATE_SECURITY':
      return `By ${name} the server says that the TLS connection is not secure enough for it: it must offer TLS 1.2 with a cipher that HTTP/2 allows, or TLS 1.3.`;
    case 'NO_ERROR':
      return `By ${name} the server ends connections for reasons of its own, such as a worker that is replaced, a time limit or a limit of requests for each: look at its own log, or ask for fewer at a time (${atOnce(form)}).`;
    case 'CANCEL':
      return `By ${name} the server ends requests for reasons of its own, such as a time limit: look at its own log.`;
    case 'INTERNAL_ERROR':
      return `By ${name} the server says that it failed itself: look at its own log.`;
    default:
      return `By ${name} the server says that what it got is not as it understands the protocol: look at its own log, and at ${named('headers', form)} and ${named('body', form)}.`;
  }
}

function atOnce(form: Form): string {
  return `${named('streams', form)}, ${named('connections', form)}`;
}
