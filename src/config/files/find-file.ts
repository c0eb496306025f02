/** Which config file there is, and its text. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { wayInside } from '../../system/files/inside.ts';
import { UserError } from '../../system/messages/problem.ts';
import type { Setting } from '../settings/settings.ts';

export const DEFAULT_FILES = ['.github/throughput-gate.yml', '.github/throughput-gate.yaml'];

const MIB = 1024 * 1024;
/** Nobody writes as much by hand. What is sent may stand in files of its own. */
const LARGEST_BYTES = MIB;

export interface FoundFile {
  /** As messages show it: relative to the root where it lies inside. */
  name: string;
  text: string;
}

/**
 * The file that the setting names (relative to `cwd`), which must exist; else the default one under
 * `root`; null when there is none. Throws a UserError, also when both defaults exist.
 */
export async function findConfigFile(
  root: string,
  cwd: string,
  asked: Setting | undefined,
): Promise<FoundFile | null> {
  if (asked !== undefined) {
    const path = resolve(cwd, asked.value.trim());
    const text = await read(path, asked.origin);
    if (text !== null) return { name: wayInside(root, path) ?? path, text };
    throw new UserError({
      where: asked.origin,
      message: `there is no file ${path}`,
      hint: `the default is ${DEFAULT_FILES[0]}, and needs no setting`,
    });
  }
  const found: FoundFile[] = [];
  for (const name of DEFAULT_FILES) {
    const text = await read(resolve(root, name), name);
    if (text !== null) found.push({ name, text });
  }
  if (found.length > 1) {
    throw new UserError({
      where: DEFAULT_FILES[1] as string,
      message: `there are two config files, this and ${DEFAULT_FILES[0]}`,
      hint: 'remove one of them',
    });
  }
  return found[0] ?? null;
}

async function read(path: string, where: string): Promise<string | null> {
  try {
    const found = await stat(path);
    // A link may lead to a pipe or a device, whose reading has no end.
    const isPlain = found.isFile() || found.isDirectory();
    if (!isPlain) throw unreadable(where, `${path} is no regular file`);
    if (found.size > LARGEST_BYTES) {
      const mib = Math.ceil(found.size / MIB);
      throw unreadable(
        where,
        `${path} has ${mib} MiB; a config file may have ${LARGEST_BYTES / MIB}`,
      );
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const reasons: Record<string, string> = {
      EISDIR: 'is a folder, not a file',
      EACCES: 'may not be read',
      ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8 text',
    };
    const reason = reasons[code ?? ''] ?? `cannot be read: ${(error as Error).message}`;
    throw unreadable(where, `${path} ${reason}`, error);
  }
}

function unreadable(where: string, message: string, cause?: unknown): UserError {
  return new UserError({ where, message }, { cause });
}
