/** The ports that a hold's connections come from, and whose fault it is when one does not open. */
import type { Sources } from './results.ts';

/** Each address's ports one after the other, then again from the first. */
export function sourcePorts({
  addresses,
  ports,
}: Sources): () => { localAddress: string; localPort: number } {
  const each = ports.to - ports.from + 1;
  let next = 0;
  return () => {
    const number = next++;
    const localAddress = addresses[Math.floor(number / each) % addresses.length] as string;
    return { localAddress, localPort: ports.from + (number % each) };
  };
}

/** The chosen port is not free: another one will do. */
const TAKEN = new Set(['EADDRINUSE', 'EADDRNOTAVAIL']);
/** This machine has no more of something. */
const EXHAUSTED = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EPERM', 'EINVAL']);

/** Whose fault it is that a connection did not open. */
export function blameOf(error: Error): 'port' | 'machine' | 'server' {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (TAKEN.has(code)) return 'port';
  return EXHAUSTED.has(code) ? 'machine' : 'server';
}
