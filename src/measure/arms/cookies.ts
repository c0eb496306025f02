/** Cookies that a server sets, and which of them go with a request (RFC 6265). Only one host is ever asked, so `Domain` says nothing. */

interface Cookie {
  name: string;
  value: string;
  path: string;
}

export class CookieJar {
  /** By name and path: a cookie of the same name for another path is another one. The oldest first. */
  readonly #cookies = new Map<string, Cookie>();

  /** Takes in one `set-cookie` of the answer to a request for this path; a cookie that is taken back is gone. */
  keep(header: string, requestPath: string): void {
    const [pair = '', ...attributes] = header.split(';');
    const at = pair.indexOf('=');
    if (at < 1) return;
    const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    const path = pathOf(attributes) ?? folderOf(requestPath);
    const key = `${name};${path}`;
    if (isGone(attributes)) this.#cookies.delete(key);
    else this.#cookies.set(key, { name, value, path });
  }

  /** The `cookie` field of a request for this path; null: none goes with it. The longest path first, as servers take the first one. */
  fieldFor(requestPath: string): string | null {
    const path = withoutQuery(requestPath);
    const own = [...this.#cookies.values()].filter((one) => isWithin(path, one.path));
    own.sort((a, b) => b.path.length - a.path.length);
    return own.length === 0 ? null : own.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** Of the cookie of this name that was set last. */
  valueOf(name: string): string | null {
    return [...this.#cookies.values()].findLast((one) => one.name === name)?.value ?? null;
  }

  get values(): string[] {
    return [...this.#cookies.values()].map(({ value }) => value);
  }

  /** Names with the paths that they are for. */
  get places(): Pick<Cookie, 'name' | 'path'>[] {
    return [...this.#cookies.values()].map(({ name, path }) => ({ name, path }));
  }
}

function attribute(attributes: readonly string[], wanted: string): string | null {
  // Of two, the last one counts.
  const found = attributes.findLast((one) => one.split('=')[0]?.trim().toLowerCase() === wanted);
  return found === undefined ? null : found.slice(found.indexOf('=') + 1).trim();
}

/** `Max-Age` counts before `Expires`; what is no number, or no date, says nothing. */
function isGone(attributes: readonly string[]): boolean {
  const seconds = attribute(attributes, 'max-age');
  if (seconds !== null && /^-?\d+$/.test(seconds)) return Number(seconds) <= 0;
  const date = attribute(attributes, 'expires');
  // `Expires=0` is no date.
  return date !== null && /\d:\d\d:\d\d/.test(date) && Date.parse(date) < Date.now();
}

function pathOf(attributes: readonly string[]): string | null {
  const path = attribute(attributes, 'path');
  return path?.startsWith('/') ? path : null;
}

/** What a cookie without a path is for: the folder of the request that got it. */
function folderOf(requestPath: string): string {
  const path = withoutQuery(requestPath);
  const at = path.lastIndexOf('/');
  return at < 1 ? '/' : path.slice(0, at);
}

function isWithin(path: string, of: string): boolean {
  if (path === of) return true;
  return path.startsWith(of) && (of.endsWith('/') || path[of.length] === '/');
}

function withoutQuery(path: string): string {
  return path.split('?')[0] as string;
}
