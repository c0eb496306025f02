/**
 * Text for a log that a GitHub runner reads: never a command to it. Pure. The runner looks at each line for `::name::` at
 * its beginning and for `##[name]` anywhere (actions/runner, src/Runner.Common/ActionCommand.cs). It compares as people
 * read, so that characters which nobody sees do not count, and skips every kind of space before the colons.
 */

/** Not seen, and so skipped by a comparison in .NET: control and format characters, joiners, selectors. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const SPACE = /\s/;

/**
 * For one stream, whose text may come in pieces that end anywhere. Lines end as they do for the runner: LF, CR, CRLF.
 *
 * @returns gives back each piece with a space put where a command would begin; nothing else is changed.
 */
export function harmless(): (piece: string) => string {
  let atStart = true;
  /** The line begins with one colon, which was the last character. */
  let colon = false;
  /** As many as the last characters are. */
  let hashes = 0;
  return (piece) => {
    let text = '';
    for (const character of piece) {
      if (character === '\n' || character === '\r') {
        atStart = true;
        colon = false;
        hashes = 0;
      } else if (character === ':') {
        if (colon) text += ' ';
        colon = atStart && !colon;
        atStart = false;
        hashes = 0;
      } else if (!UNSEEN.test(character)) {
        if (character === '[' && hashes > 1) text += ' ';
        hashes = character === '#' ? hashes + 1 : 0;
        colon = false;
        if (!SPACE.test(character)) atStart = false;
      }
      text += character;
    }
    return text;
  };
}
