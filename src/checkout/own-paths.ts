/**
 * Values and commands that name a folder which an arm's tree was made of. Whatever is run or read by such a path is the same for
 * both arms, and no difference between them can show. Where the trees have it, each arm gets its own; elsewhere it is told. Pure.
 */

/** Folders of the user's, by every name that the environment may have for them, and where an arm has them in its tree. */
export interface Origin {
  /** Longest first. */
  from: readonly string[];
  /** Those of them that base alone was made of; the others are head's, or the working copy that both came from. */
  ofBase: readonly string[];
  /** Relative to the arm's tree. */
  folder: string;
}

/** Where an arm's files come from, and where they are now. */
export interface Moved {
  /** Absolute folders of the user's, longest first. */
  from: readonly string[];
  /** Root of the arm's tree. */
  dir: string;
  /** Whether this path, relative to the root, is in the tree of any arm. */
  has: (path: string) => boolean;
}

/** Variables about the user, the session and the job, in which a folder of the user's is nothing that is run. */
const NOT_RUN =
  /^(?:HOME|PWD|OLDPWD|TMPDIR|TMP|TEMP|SHELL|USER|LOGNAME|_|(?:RUNNER|ACTIONS|INPUT|XDG|SSH)_.*|GITHUB_(?!WORKSPACE$).*|THROUGHPUT_GATE_.*)$/;

/** A path begins behind one of these, `-I` of a compiler among them. */
const BEFORE = String.raw`(?<=^|[:;,=\s"'(\[@]|:\/\/|(?:^|\s)-[A-Za-z])`;
/** … and a folder's name ends before one of these. */
const AFTER = String.raw`(?=$|[/:;,\s"')\]?&|])`;
const REST = String.raw`((?:\/[^:;,\s"')\]?&|]*)?)`;

/** The values with each path that the trees have moved to this arm's. */
export function moveValues<Values extends Readonly<Record<string, string | undefined>>>(
  values: Values,
  moved: Moved,
): Values {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    value === undefined || NOT_RUN.test(name) ? value : move(value, moved),
  ]);
  return Object.fromEntries(entries) as Values;
}

function move(value: string, { from, dir, has }: Moved): string {
  let text = value;
  for (const root of from) {
    text = text.replaceAll(pattern(root), (whole, rest: string) =>
      isOwn(rest, has) ? `${dir}${rest}` : whole,
    );
  }
  return text;
}

/** Names of the variables that still lead to one of these folders, each with what it leads to there. */
export function leftBehind(
  values: Readonly<Record<string, string | undefined>>,
  { from }: Pick<Moved, 'from'>,
): { name: string; paths: string[] }[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || NOT_RUN.test(name)) return [];
    const paths = from.flatMap((root) => pathsIn(value, root));
    return paths.length === 0 ? [] : [{ name, paths: [...new Set(paths)] }];
  });
}

/** Paths in a command that lead into one of these folders; `isOwn`: the trees have them, so that each arm has its own. */
export function namedIn(
  command: string,
  { from, has }: Pick<Moved, 'from' | 'has'>,
): { path: string; isOwn: boolean }[] {
  return from.flatMap((root) =>
    [...command.matchAll(pattern(root))].map(([path, rest]) => ({
      path,
      isOwn: isOwn(rest as string, has),
    })),
  );
}

function pathsIn(text: string, root: string): string[] {
  return [...text.matchAll(pattern(root))].map(([path]) => path);
}

/** Tools that a package manager installs are each arm's own also before they are there. */
function isOwn(rest: string, has: Moved['has']): boolean {
  const path = rest.replace(/^\/+/, '').replace(/\/+$/, '');
  return path === '' || /(?:^|\/)node_modules\/\.bin(?:\/|$)/.test(path) || has(path);
}

function pattern(root: string): RegExp {
  const plain = root.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`${BEFORE}${plain}${AFTER}${REST}`, 'g');
}
