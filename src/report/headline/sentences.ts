/** The parts of a headline, and how it begins where nothing is to be done. */
import type { VerdictWord } from '../../terms/verdict-word.ts';
import type { Phrase } from '../markup/phrase.ts';

export interface Headline {
  word: VerdictWord;
  /** One sentence: the verdict. */
  title: Phrase;
  /** How sure, and how large: never the same thing. Empty when there is nothing to add. */
  detail: Phrase;
  /** What to do when it is meant to be so, after "To accept it: "; only where that is a question. */
  accept?: string;
  /** What to do now. */
  action: Phrase;
}

export type Sentences = Omit<Headline, 'word'>;

/** How a first line begins that asks for nothing. */
export const NO_ACTION = 'No action needed: ';
