/**
 * A history in the Actions cache: no permission is needed, and GitHub removes what nobody has read for 7 days.
 *
 * An entry never changes, and its key is given once: so each state of the history is an entry of its own, whose key counts up.
 * Who reserves the next number has the word; who does not begins anew on top of the faster one. A pull request reads what the
 * default branch has written, and nobody reads what a pull request writes.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as z from 'zod';
import { isStorePath } from '../paths.ts';
import {
  assertMode,
  type CacheAccess,
  download,
  finish,
  newest,
  reserve,
  upload,
} from './cache-service.ts';
import { PATIENCE, type Patience, patiently } from './patience.ts';
import {
  type Change,
  filesIn,
  type HistoryStore,
  realChanges,
  StoreError,
  type Updated,
} from './store.ts';

/** Another shape of entries has another name, so that none is read by a version that does not know it. */
const PREFIX = 'throughput-gate-history-1-';
/** GitHub gives an entry only to who names the same: a hash of what it is. */
const VERSION = createHash('sha256').update(PREFIX).digest('hex');
/** Of what comes out of an entry; gzip makes much of little. */
const UNPACKED_AT_MOST = 1024 ** 3;
/** How often a number that somebody has reserved and not filled is waited for, before it is passed over. */
const WAITED_FOR = 6;
/** Numbers in a row that nobody fills: of jobs that were killed at the same time. */
const PASSED_OVER_AT_ONCE = 2;

const Entry = z.object({
  /** By name: the text. */
  files: z.record(z.string(), z.string()),
});

export interface ActionsCacheOptions {
  readonly access: CacheAccess;
  readonly patience?: Patience;
  /** Called before each step; tests make each of them fail. */
  readonly before?: Before;
}

export type CacheStep = 'look up' | 'download' | 'reserve' | 'upload' | 'finish' | 'look again';

type Before = (step: CacheStep) => void | Promise<void>;

interface State {
  /** 0: there is none. */
  readonly number: number;
  readonly files: ReadonlyMap<string, string>;
}

export function actionsCacheStore({
  access,
  patience = PATIENCE,
  before = () => undefined,
}: ActionsCacheOptions): HistoryStore {
  return {
    name: 'the Actions cache',
    read: async (look) => {
      assertMode(access, 'read');
      const { files } = await patiently(patience, () => latest(access, before), gaveUp);
      return look(filesIn(files));
    },
    check: async (wish) => {
      assertMode(access, wish);
      await newest(access, PREFIX, VERSION);
    },
    update: async (change) => {
      assertMode(access, 'write');
      const waits = new Map<number, number>();
      return patiently(
        patience,
        (retries) => attempt({ access, before, waits }, change, retries),
        gaveUp,
      );
    },
  };
}

interface Means {
  readonly access: CacheAccess;
  readonly before: Before;
  /** By the number: how often somebody else had it, and had nothing in it. */
  readonly waits: Map<number, number>;
}

/** Null: somebody else was faster. */
async function attempt(
  { access, before, waits }: Means,
  change: Change,
  retries: number,
): Promise<Updated | null> {
  const { number, files } = await latest(access, before);
  const changes = await realChanges(filesIn(files), await change(filesIn(files)));
  if (changes.size === 0) return { changed: false, retries };
  const next = firstFree(number + 1, waits);
  const key = keyOf(next);
  await before('reserve');
  const url = await reserve(access, key, VERSION);
  if (url === null) {
    waits.set(next, (waits.get(next) ?? 0) + 1);
    return null;
  }
  const content = await packed(after(files, changes));
  await before('upload');
  await upload(access, url, content);
  await before('finish');
  await finish(access, key, VERSION, content.length);
  // Whoever has waited for this one for too long has passed it over: then theirs is the newest, without these changes.
  await before('look again');
  const seen = await latest(access, before);
  const missing = await realChanges(filesIn(seen.files), await change(filesIn(seen.files)));
  return missing.size === 0 ? { changed: true, retries } : null;
}

/** The next number that is not one of a job which was killed while it wrote. */
function firstFree(number: number, waits: ReadonlyMap<number, number>): number {
  let free = number;
  while ((waits.get(free) ?? 0) >= WAITED_FOR) free++;
  return free;
}

async function latest(access: CacheAccess, before: Before): Promise<State> {
  await before('look up');
  let found = await newest(access, PREFIX, VERSION);
  if (found === null) return { number: 0, files: new Map() };
  let number = numberOf(found.key);
  if (number === null) throw damaged('its key is not ours');
  // What the service calls the newest may be one that a slow job has finished after it had been passed over.
  for (let later = number + 1; later <= number + PASSED_OVER_AT_ONCE; later++) {
    const one = await newest(access, keyOf(later), VERSION);
    if (one === null) continue;
    [found, number] = [one, later];
  }
  await before('download');
  return { number, files: await unpacked(await download(access, found.url)) };
}

function after(
  files: ReadonlyMap<string, string>,
  changes: ReadonlyMap<string, string | null>,
): Map<string, string> {
  const whole = new Map(files);
  for (const [path, text] of changes) {
    if (text === null) whole.delete(path);
    else whole.set(path, text);
  }
  return whole;
}

/** Digits that sort as the numbers do, for people who look at the list of caches. */
function keyOf(number: number): string {
  return `${PREFIX}${String(number).padStart(8, '0')}`;
}

function numberOf(key: string): number | null {
  const digits = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : '';
  return /^\d{8,15}$/.test(digits) ? Number(digits) : null;
}

async function packed(files: ReadonlyMap<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  const text = JSON.stringify({ files: Object.fromEntries([...files].sort()) });
  return new Uint8Array(await promisify(gzip)(text));
}

async function unpacked(content: Uint8Array): Promise<Map<string, string>> {
  let value: unknown;
  try {
    const bytes = await promisify(gunzip)(content, { maxOutputLength: UNPACKED_AT_MOST });
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw damaged('it is no archive of ours');
  }
  const entry = Entry.safeParse(value);
  if (!entry.success) throw damaged('it has no files');
  return new Map(Object.entries(entry.data.files).filter(([path]) => isStorePath(path)));
}

/** Not an empty history: the next write would make what is lost now lost for good. */
function damaged(why: string): StoreError {
  return new StoreError(
    `the Actions cache holds an entry of the history that cannot be read: ${why}`,
    {
      cure: `delete the caches that begin with \`${PREFIX}\` (Actions, Caches), and the history begins anew`,
    },
  );
}

function gaveUp(last: unknown): StoreError {
  if (last instanceof StoreError) return last;
  return new StoreError('the Actions cache could not be written: others were faster each time', {
    cure: 'give the workflow a `concurrency` group, so that fewer of its runs end at the same moment',
  });
}
