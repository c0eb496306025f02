/**
 * How git gets a token without anybody seeing it: through a pipe that only git and its own helpers have. It stands in no
 * argument, no file, no setting and no environment, from which another process of the same user could read it.
 */
import type { GitOptions } from '../../checkout/git.ts';

export type TokenMeans = Pick<GitOptions, 'env' | 'secret'> & {
  config: NonNullable<GitOptions['config']>;
};

/**
 * Asks the pipe, in the shell that git runs helpers with. The empty one before it takes away the user's own helpers, which could
 * keep the token, or answer with another one.
 */
const HELPER = `!f() { test "$1" = get && echo username=x-access-token && printf password= && cat <&3; }; f`;

/**
 * By these git prints its talk with the server, and the authorization too where the user has switched redaction off. It is
 * enough that some of them are set, to whatever value.
 */
const SILENT = Object.fromEntries(
  ['GIT_TRACE', 'GIT_TRACE_CURL', 'GIT_CURL_VERBOSE', 'GIT_TRACE_PACKET', 'GIT_TRACE_REDACT'].map(
    (name) => [name, undefined],
  ),
);

/** @param remote the address whose server may have the token */
export function withToken<T>(
  { token, remote }: { token: string | null; remote: string },
  call: (means: TokenMeans) => Promise<T>,
): Promise<T> {
  if (token === null) return call({ config: [], env: SILENT });
  return call({
    config: [
      ['credential.helper', ''],
      // Git follows a first redirect, as of a repository that was renamed, and asks for the token of the server where that
      // leads. The helper is set for ours alone, so any other server gets none.
      ...ownServerOf(remote).map((server) => [`credential.${server}.helper`, HELPER] as const),
      // The answer of a helper is for one request; git would ask it again for each path.
      ['credential.useHttpPath', 'false'],
      ['http.followRedirects', 'initial'],
    ],
    env: SILENT,
    secret: `${token}\n`,
  });
}

/** Scheme, host and port, as git compares them; none where no server is asked over HTTP. */
function ownServerOf(remote: string): string[] {
  return /^https?:\/\//i.test(remote) && URL.canParse(remote) ? [new URL(remote).origin] : [];
}
