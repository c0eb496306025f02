/** `answers`: whether head must answer as base does, and where it need not. */
import * as z from 'zod';
import { PLACE } from '../values/answer-places.ts';
import * as value from '../values/values.ts';

const PLACE_ALLOWED =
  'places such as `$.version`, `$.items[*].id`, `header x-build`, `trailer x-cost` or `body`';

const AnswersKeys = value.section({
  except: value
    .distinctList(
      z.string({ error: PLACE_ALLOWED }).regex(PLACE, { error: PLACE_ALLOWED }),
      PLACE_ALLOWED,
    )
    .describe('Places of the answers that may differ: paths into a JSON body, headers, `body`.'),
});

const words = z.enum(['same', 'may-differ', 'ignore']);

/** What is the default stays unsaid in the record. */
export const answers = z
  .union([words, AnswersKeys], {
    error: 'same, may-differ, ignore, or a map with `except`',
  })
  .optional()
  .describe(
    'Whether head must answer as base does: `same` (the default), `may-differ`, `ignore`, or `{ except: […] }` with places that may differ.',
  );
export type AnswersKeys = z.output<typeof answers>;
