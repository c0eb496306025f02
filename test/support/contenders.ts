/** Servers under names, as a versus compares them. */
import { pairOf } from '../../src/config/experiment/contenders.ts';
import type { Contender, Server } from '../../src/config/experiment/server.ts';
import { READY, STOP } from './manners.ts';

export function contender(name: string, own: Partial<Contender> = {}): Contender {
  return {
    name,
    root: '0',
    workdir: '.',
    build: null,
    buildTimeoutMs: 1_800_000,
    start: `node ${name}.js`,
    listen: { kind: 'port' },
    ready: { ...READY, timeoutMs: 10_000 },
    stop: STOP,
    env: {},
    before: null,
    after: null,
    ...own,
  };
}

/** `base` and `head`: names, or whole contenders. */
export function versus(base: string | Contender, head: string | Contender): Server {
  const whole = (one: string | Contender) => (typeof one === 'string' ? contender(one) : one);
  return pairOf(whole(base), whole(head), 'live');
}
