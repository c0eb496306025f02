/** The same said in another form, as other tools have it: what to write instead. */
import { foreign } from '../../system/messages/printed.ts';

const COMMANDS = ['start', 'build', 'before', 'after', 'command'];

/** `expected`: the type that the value at this path must have. Undefined: nothing is known. */
export function otherFormHint(
  path: readonly PropertyKey[],
  expected: string,
  found: unknown,
): string | undefined {
  const key = String(path.at(-1) ?? '');
  const isNumber = typeof found === 'string' && /^\d+(\.\d+)?$/.test(found);
  if (['number', 'int'].includes(expected) && isNumber) return `write ${found} without quotes`;
  const isPath = typeof found === 'string' && found.startsWith('/') && !/[\s,{}]/.test(found);
  if (expected === 'object' && path.length === 2 && path[0] === 'scenarios' && isPath)
    return `write { path: ${foreign(found)} }`;
  if (!Array.isArray(found)) return undefined;
  const words = found.every((one) => typeof one === 'string' && /^[\w./:=@-]+$/.test(one));
  if (expected === 'string' && COMMANDS.includes(key) && words && found.length > 0)
    return `a command is one text: write ${foreign(found.join(' '))}`;
  if (expected !== 'record') return undefined;
  if (key === 'env') return 'write each variable as NAME: value';
  if (path.length === 1) return 'give each a name, with its keys below it, and no `-` before it';
  return undefined;
}
