/** What git and a server said, shortened, and without the token that a server may send back. Pure. */

/** A token that a server sends back reaches no message. */
export function withoutSecret(text: string, token: string | null): string {
  if (token === null || token === '') return text;
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return text.replaceAll(token, '***').replaceAll(basic, '***');
}

export function withoutUser(remote: string): string {
  return remote.replace(/:\/\/[^/\s]+@/, '://');
}

/** The line that says why, out of all that git and the server say. */
export function lastWords(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const kinds = [/^! \[/, /^remote: (fatal|error)/i, /^(fatal|error)/i];
  const why = kinds.flatMap((kind) => lines.filter((line) => kind.test(line)))[0];
  return (why ?? lines[0] ?? 'no reason').slice(0, 300);
}
