/** `before-load`: requests that are sent once to each server before its load, such as a login, and what is taken from their answers. */
import * as z from 'zod';
import { COLUMN } from '../fill/request-values.ts';
import * as value from '../values/values.ts';

/** Where a value is taken from: a leaf of a JSON body, a field of the head, a cookie. */
const PLACE =
  /^(?:\$(?:\.[\w$-]+|\[\d+\])+|header [!#$%&'*+.^_`|~0-9A-Za-z-]+|cookie [!#$%&'*+.^_`|~0-9A-Za-z-]+)$/;
/** Or what a regular expression finds in a body that is no JSON, such as a form of HTML. */
const PATTERN = /^\/(.+)\/([imsu]*)$/s;

const SOURCE_ALLOWED =
  'a place in the answer: `$.access_token`, `header x-csrf-token`, `cookie session`, or a regular expression such as `/name="csrf" value="([^"]+)"/`';
const CAPTURE_ALLOWED = 'names, each with a place in the answer such as `$.access_token`';
const NAME_ALLOWED = 'a word of letters, digits, `_` and `-`';

const source = z.string({ error: SOURCE_ALLOWED }).refine(isSource, { error: SOURCE_ALLOWED });

function isSource(text: string): boolean {
  const [, pattern, flags] = PATTERN.exec(text) ?? [];
  if (pattern === undefined) return PLACE.test(text);
  try {
    return new RegExp(pattern, flags) !== null;
  } catch {
    return false;
  }
}

const BeforeLoadRequest = value.section({
  method: value.method.prefault('GET').describe('Request method.'),
  path: value.urlPath.prefault('/').describe('Request path, with its query.'),
  headers: z
    .record(value.headerName, value.headerValue, { error: 'header names with their values' })
    .prefault({})
    .describe("Request headers. The scenario's are not added."),
  body: z.string({ error: 'text' }).optional().describe('Request body. None without this key.'),
  status: value.status
    .optional()
    .describe('Status that the answer must have. Without it, any below 400.'),
  capture: z
    .record(z.string().regex(COLUMN, { error: NAME_ALLOWED }), source, { error: CAPTURE_ALLOWED })
    .prefault({})
    .describe(
      'What is taken from the answer: `{ token: $.access_token }` gives `{token}` to what is sent after it.',
    ),
});
export type BeforeLoadRequest = z.output<typeof BeforeLoadRequest>;

export const beforeLoad = {
  'before-load': z
    .array(BeforeLoadRequest, { error: 'a list of requests' })
    .max(20, { error: 'a list of at most 20 requests' })
    .optional()
    .describe(
      'Requests that are sent once to each server, each time that it was started: a login.',
    ),
  cookies: value.flag
    .optional()
    .describe('Whether the cookies that `before-load` gets are sent with every request after it.'),
};
