/** Colour for a terminal, or none. */

import { styleText } from 'node:util';
import type { VerdictWord } from '../../terms/verdict-word.ts';

type Colour = 'red' | 'green' | 'yellow' | 'magenta' | 'cyan' | 'dim' | 'bold';
export type Paint = (style: Colour | Colour[], text: string) => string;

export function painter(color: boolean): Paint {
  return color
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
}

export const VERDICT_STYLE: Record<VerdictWord, Colour> = {
  regression: 'red',
  improvement: 'green',
  unchanged: 'green',
  inconclusive: 'yellow',
  invalid: 'magenta',
  'no-baseline': 'cyan',
};
