/** Where a history is kept, as a user writes it: `branch`, `branch:NAME`, `cache`, `directory:PATH` or `none`. Pure. */
import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { parsed } from './custom-type.ts';

export const HISTORY_BRANCH = 'throughput-gate-history';

export const HistoryPlace = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('branch'), name: z.string() }),
  z.strictObject({ kind: z.literal('cache') }),
  z.strictObject({ kind: z.literal('directory'), path: z.string() }),
]);
export type HistoryPlace = DeepReadonly<z.infer<typeof HistoryPlace>>;

const FORMS = '`branch`, `branch:NAME`, `cache`, `directory:PATH` or `none`';

export const historyPlace = parsed({
  schema: {
    type: 'string',
    pattern: '^(none|cache|branch(:.+)?|directory:.+)$',
    examples: ['branch', 'cache', 'directory:/var/lib/throughput-gate'],
  },
  allowed: FORMS,
  parse: (found) => (typeof found === 'string' ? placeOf(found.trim()) : null),
  hint: hintFor,
});

function placeOf(text: string): HistoryPlace | null {
  if (text === 'none' || text === 'cache') return { kind: text };
  if (text === 'branch') return { kind: 'branch', name: HISTORY_BRANCH };
  const [, kind, rest = ''] = /^(branch|directory):(.*)$/s.exec(text) ?? [];
  if (kind === 'branch') return isBranchName(rest) ? { kind, name: rest } : null;
  const path = rest.trim();
  const isPath = path !== '' && !/\p{Cc}/u.test(path) && !UNFILLED.test(path);
  return kind === 'directory' && isPath ? { kind, path } : null;
}

/** What a shell would fill in, and nobody does here: it would be a folder of that name in the repository, which no later run finds. */
const UNFILLED = /^~(?:\/|$)|\$(?:\w|\{)/;

/** As it is written. */
export function historyPlaceText(place: HistoryPlace): string {
  if (place.kind === 'directory') return `directory:${place.path}`;
  if (place.kind !== 'branch') return place.kind;
  return place.name === HISTORY_BRANCH ? 'branch' : `branch:${place.name}`;
}

/** What git itself refuses (git check-ref-format) is no name, nor is what would be an option of it. */
export function isBranchName(name: string): boolean {
  return (
    /^[^\s~^:?*[\\\p{Cc}]+$/u.test(name) &&
    !/(^[-/.])|\.\.|\/\/|@\{|(\.|\/|\.lock)$|\.lock\/|\/\.|^@$|^HEAD$|^refs\//.test(name)
  );
}

function hintFor(found: unknown): string | undefined {
  if (found === true)
    return 'write where: `branch` needs `permissions: { contents: write }`, `cache` needs none';
  if (found === false) return 'write `none`';
  if (typeof found !== 'string') return undefined;
  if (/^branch:/.test(found)) return 'what follows `branch:` cannot be the name of a branch';
  if (/^directory:?\s*$/.test(found)) return 'write which one: directory:PATH';
  if (found.startsWith('directory:') && UNFILLED.test(found.slice('directory:'.length).trim())) {
    return 'neither `~` nor variables are filled in here: write the whole path, such as directory:/var/lib/throughput-gate';
  }
  if (/^(dir|folder|path|file):?/.test(found))
    return `write directory:${found.replace(/^\w+:?/, '') || 'PATH'}`;
  if (/[/\\]/.test(found)) return `for a folder, write directory:${found}`;
  return undefined;
}
