/** A sentence that knows which of its parts are ours, so that it can be printed in several ways. */
import { codeSpan, oneLine, plainName, sentenceText } from './escape.ts';

/** Our own words as they are; `name`: a subject's; `quote`: a message from elsewhere. */
export type Phrase = readonly (string | { name: string } | { quote: string })[];

export function phraseToMarkdown(phrase: Phrase): string {
  return phrase
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'name' in part ? codeSpan(part.name) : sentenceText(part.quote);
    })
    .join('');
}

export function phraseToText(phrase: Phrase): string {
  return phrase
    .map((part) => {
      if (typeof part === 'string') return part;
      return 'name' in part ? plainName(part.name) : oneLine(part.quote);
    })
    .join('');
}
