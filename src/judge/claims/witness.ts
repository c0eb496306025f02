/** Who can tell of a server: the subjects in which it was measured, and which arm of them it is. */
import type { ClaimSide } from '../../config/experiment/claim.ts';
import { armNames } from '../../config/experiment/contenders.ts';
import type { Server } from '../../config/experiment/server.ts';
import type { Arm } from '../../terms/arm.ts';
import type { SubjectState } from '../state/state.ts';

export interface Witness {
  subject: SubjectState;
  arm: Arm;
}

/** In the order of the subjects. Of an ordinary run, head is what a server's name means. */
export function witnessesOf(
  { server, scenario }: ClaimSide,
  { servers, subjects }: { servers: readonly Server[]; subjects: readonly SubjectState[] },
): Witness[] {
  return subjects.flatMap((subject): Witness[] => {
    if (subject.id.scenario !== scenario) return [];
    const found = servers.find(({ name }) => name === subject.id.server);
    const arm = found === undefined ? null : armOf(found, server);
    return arm === null ? [] : [{ subject, arm }];
  });
}

/** Null when the server is neither arm of it. */
export function armOf(server: Server, name: string): Arm | null {
  if (server.contenders === undefined) return server.name === name ? 'head' : null;
  const names = armNames(server);
  return names.base === name ? 'base' : names.head === name ? 'head' : null;
}
