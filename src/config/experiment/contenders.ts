/** Which program an arm runs, and what people call it: in a versus each arm has its own, in a run both have the same. */
import type { Arm } from '../../terms/arm.ts';
import type { Contender, Pairs, Server } from './server.ts';

/** The program of this arm. It has the contender's name, where it is one. */
export function forArm(server: Server, arm: Arm): Server {
  const { contenders, ...pair } = server;
  if (contenders === undefined) return server;
  const { root: _, ...own } = contenders[arm];
  return { ...pair, ...own };
}

/** Names of the servers that are a pair of contenders, and no two builds of one. */
export function contestsIn(servers: readonly Pick<Server, 'name' | 'contenders'>[]): Set<string> {
  return new Set(servers.flatMap(({ name, contenders }) => (contenders ? [name] : [])));
}

/** What is run of a server: one program in both arms, or that of each contender. */
export function programsOf(server: Server): Server[] {
  return server.contenders === undefined
    ? [server]
    : [forArm(server, 'base'), forArm(server, 'head')];
}

/** Root of this arm's project, relative to the arm's tree. */
export function rootFor({ contenders }: Pick<Server, 'contenders'>, arm: Arm): string {
  return contenders?.[arm].root ?? '.';
}

/** What reports call the arms of this server: `base` and `head` where there are no contenders. */
export function armNames({ contenders }: Pick<Server, 'contenders'>): Record<Arm, string> {
  return contenders === undefined
    ? { base: 'base', head: 'head' }
    : { base: contenders.base.name, head: contenders.head.name };
}

/**
 * Whose output or failure it is: of a server and one of its arms, or of a contender, whose name says it all.
 * Null for the arm then.
 */
export function whoseOf(
  { name, contenders }: Pick<Server, 'name' | 'contenders'>,
  arm: Arm,
): { about: string; arm: Arm | null } {
  return contenders === undefined
    ? { about: name, arm }
    : { about: contenders[arm].name, arm: null };
}

/** A port that cannot be changed; null where the gate chooses one, or there is none. */
export function fixedPort({ listen }: Pick<Server, 'listen'>): number | null {
  return listen.kind === 'fixed' ? listen.port : null;
}

/** Whom this server's measurements tell of: its contenders, or itself. */
export function toldOf({ name, contenders }: Pick<Server, 'name' | 'contenders'>): string[] {
  return contenders === undefined ? [name] : [contenders.base.name, contenders.head.name];
}

/** The two of them as what is measured together. */
export function pairOf(base: Contender, head: Contender, pairs: Pairs): Server {
  const { name: _, root: __, ...program } = base;
  return { name: pairName(base.name, head.name), ...program, pairs, contenders: { base, head } };
}

/** What a pair of contenders is called, among the servers and in subjects' names. */
export function pairName(base: string, head: string): string {
  return `${base}${BETWEEN}${head}`;
}

/** The two that a pair is called by; of any other server its own name. */
export function namesIn(server: string): string[] {
  return server.split(BETWEEN);
}

/** In no contender's own name, so that a pair's name says which two it is of. */
export const BETWEEN = '-vs-';

/** Whether a command of the user's may leave something running beside the servers, such as a database. */
export function startsBeside({ servers }: { servers: readonly Server[] }): boolean {
  return servers.flatMap(programsOf).some(({ before }) => before !== null);
}
