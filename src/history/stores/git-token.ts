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

export function withToken<T>(
  token: string | null,
  call: (means: TokenMeans) => Promise<T>,
): Promise<T> {
  if (token === null) return call({ config: [], env: SILENT });
  return call({
    config: [
      ['credential.helper', ''],
      ['credential.helper', HELPER],
      // The answer of a helper is for one request; git would ask it again for each path.
      ['credential.useHttpPath', 'false'],
      // A token is never sent to where a redirect leads.
      ['http.followRedirects', 'initial'],
    ],
    env: SILENT,
    secret: `${token}\n`,
  });
}
