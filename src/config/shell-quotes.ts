/** Whether a shell would take apart what is put into a command. */

/** What a shell takes for itself: outside of quotes, in double and in single ones. */
const SPECIAL = { none: /[\s&;|<>()$`\\"'*?[\]{}~!#]/, '"': /["$`\\]/, "'": /'/ };
/** Of these, what is harmless in the middle of a word, or matches no file and then stands for itself. */
const HARMLESS = /[*?[\]~!#]/g;

/** In words what is wrong with `{url}` at this index of the command if it becomes `url`; null: nothing. */
export function takenApart(
  command: string,
  at: number,
  url: string,
): { message: string; hint: string } | null {
  const quote = quoteAt(command, at);
  const taken = SPECIAL[quote].exec(url.replaceAll(HARMLESS, ''))?.[0];
  if (taken === undefined) return null;
  const where = quote === 'none' ? 'outside of quotes' : `between ${quote}`;
  return {
    message: `{url} stands ${where}, where the shell does not take ${taken} for a part of it: ${url}`,
    hint: taken === "'" ? 'write "{url}"' : "write '{url}'",
  };
}

/** The quotes that are open at an index of a shell's command. */
function quoteAt(command: string, index: number): keyof typeof SPECIAL {
  let quote: keyof typeof SPECIAL = 'none';
  for (let i = 0; i < index; i++) {
    const character = command[i];
    if (character === '\\' && quote !== "'") i++;
    else if (character === quote) quote = 'none';
    else if (quote === 'none' && (character === '"' || character === "'")) quote = character;
  }
  return quote;
}
