/**
 * `${NAME}` where nothing is filled in. As a line that is waited for, or as the name of a file, it would be taken as it stands, and nobody
 * would see why it is not found.
 */
import { keyPath, type Mistake, type Path } from '../mistakes/mistakes.ts';
import { get } from '../mistakes/untyped.ts';
import { placeAt } from './shell-quotes.ts';
import { filledPaths } from './variables.ts';

/** Keys of commands, whose variables are those of their shell. */
const COMMANDS: readonly string[] = ['build', 'start', 'before', 'after', 'command', 'profile'];
/** Not behind a dollar, which makes it literal, nor behind a backslash, as a regular expression has it. */
const VARIABLE = /(?<![$\\])\$\{[A-Za-z_]\w*\}/;

/** Of a whole file, or of what settings come to. */
export function misplacedVariables(raw: unknown): Mistake[] {
  const filled = filledPaths(raw);
  return ['servers', 'scenarios', 'beside'].flatMap((section) =>
    textsIn(get(raw, section), [section]).flatMap(([path, text]): Mistake[] => {
      // Also of a header or a variable with such a name.
      if (filled.has(keyPath(path))) return [];
      // Of a program beside the servers, `command` is its name, and no shell sees it.
      const isCommand = section !== 'beside' && COMMANDS.includes(String(path.at(-1)));
      if (isCommand) return ofGitHub(path, text);
      const [variable] = VARIABLE.exec(text) ?? [];
      if (variable === undefined) return [];
      return [
        {
          ...{ path, part: 'value' },
          message: `no variable is filled in here: \`${variable}\` would be taken as it stands`,
          hint: 'write the value itself; variables are for what is sent (headers, bodies, queries and the like) and for `env` of a server, and commands have them from their shell',
        },
      ];
    }),
  );
}

/** No shell takes `${{ … }}`, but between quotes that keep all as it is. */
function ofGitHub(path: Path, command: string): Mistake[] {
  const isRead = [...command.matchAll(/\$\{\{/g)].some(
    ({ index }) => !["'", 'literal', 'comment'].includes(placeAt(command, index)),
  );
  if (!isRead) return [];
  return [
    {
      ...{ path, part: 'value' },
      message: `\`\${{ … }}\` is filled in by GitHub, and in workflow files only`,
      hint: `give the step \`env: { NAME: \${{ … }} }\` and write \`$NAME\` here`,
    },
  ];
}

function textsIn(value: unknown, path: Path): [Path, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    textsIn(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
