/** What all subjects of a run share: what is fixed, what does things for them, and the little that changes. */

import path from 'node:path';
import { armNames, forArm, rootFor, whoseOf } from '../../config/experiment/contenders.ts';
import type { Protocol } from '../../config/experiment/scenario.ts';
import type { Server } from '../../config/experiment/server.ts';
import { fillServer, type Placeholders } from '../../config/fill/placeholders.ts';
import type { Generator } from '../../load/handle.ts';
import { coresOfOne, pinSelf } from '../../system/cpus/cores.ts';
import type { Printed } from '../../system/messages/printed.ts';
import { Arm } from '../../terms/arm.ts';
import type { Cores } from '../../terms/core-sets.ts';
import type { OwnPlace } from '../answers/answer.ts';
import type { AnswerBook } from '../answers/book.ts';
import type { Neighbours } from '../beside/neighbours.ts';
import type { Address } from '../listening/address.ts';
import type { Addresses } from '../listening/addresses.ts';
import { endpointOf } from '../listening/endpoint.ts';
import type { ProgramCopies } from '../programs/program-copies.ts';
import { type RunningServer, startServer } from '../servers/server.ts';
import type { Remarks } from '../told/remarks.ts';
import type { RunSettings } from './run-settings.ts';

/** The world outside, as far as measuring needs it. */
export interface RunServices {
  /** Its processes are on the cores of `generator`, one on each. */
  generator: Generator;
  /** Where each arm's server is to listen. */
  addresses: Addresses;
  /** What the servers execute of their trees, new for every block. */
  programs: Pick<ProgramCopies, 'saw' | 'renew' | 'isOnSharedRuntime' | 'replaced'>;
  /** What runs beside the servers and belongs to what is measured. */
  neighbours: Neighbours;
  /** Gets what servers, hooks and load commands printed beside a failure, and what was answered: for whoever watches. */
  printed: (printed: Printed) => void;
  /** What is told of servers, each thing once. */
  remarks: Remarks;
  /** Aborts when the run is to end. */
  signal: AbortSignal;
}

/** What changes while the run goes on. */
export interface RunState {
  /** Of the subject that is measured now: its own, or those of the run (`onCores`). */
  cores: Cores;
  /** Servers that were started so far. */
  starts: { count: number };
  /** Gathers what the arms of this subject answer; null: nothing is compared. */
  answers: AnswerBook | null;
  /** Hooks likewise. */
  hooks: { count: number };
}

export interface RunContext
  extends Readonly<RunSettings>,
    Readonly<RunServices>,
    Readonly<RunState> {
  /** Folder for the servers' output. */
  readonly logs: string;
}

/**
 * The same context for a subject that has cores of its own; null: it has not. This process stays off
 * its servers' cores meanwhile.
 */
export async function onCores<Result>(
  context: RunContext,
  cores: Cores | null,
  act: (context: RunContext) => Promise<Result>,
): Promise<Result> {
  if (cores === null) return await act(context);
  const back = pinSelf(cores);
  try {
    return await act({ ...context, cores });
  } finally {
    back();
    pinSelf(context.cores);
  }
}

/** A server as one arm sees it. */
export interface ArmServer {
  /** Placeholders filled. */
  server: Server;
  cwd: string;
  address: Address;
  /** What its placeholders stand for. */
  values: Placeholders;
}

export async function serverOf(context: RunContext, server: Server, arm: Arm): Promise<ArmServer> {
  const own = forArm(server, arm);
  const dir = path.join(context.dirs[arm] as string, rootFor(server, arm));
  const address = await context.addresses.of(own, arm);
  const names = armNames(server);
  const values = { port: address.port, socket: address.socket ?? '', arm: names[arm], dir };
  const whole = fillServer(own, values);
  const filled = { ...whole, env: context.env.own(arm, whole.env) };
  return { server: filled, cwd: path.join(dir, filled.workdir), address, values };
}

/** What the gate chose for each arm of a server, for the whole run. */
export async function placesOf(
  { addresses, dirs }: Pick<RunContext, 'addresses' | 'dirs'>,
  server: Server,
): Promise<OwnPlace[]> {
  const places: OwnPlace[] = [];
  for (const arm of Arm.options) {
    const { port, socket } = await addresses.of(forArm(server, arm), arm);
    places.push({ port, socketPath: socket, dir: dirs[arm] ?? '' });
  }
  return places;
}

/** `protocol`: of the load, which says on what kind of socket the server must listen. `cores`: where it runs. */
export async function startArm(
  context: RunContext,
  server: Server,
  arm: Arm,
  protocol: Protocol,
  cores: readonly number[] | null = coresOfOne(context.cores),
): Promise<RunningServer> {
  const { server: filled, cwd, address, values } = await serverOf(context, server, arm);
  context.starts.count += 1;
  return await startServer({
    server: filled,
    arm,
    name: armNames(server)[arm],
    cwd,
    root: values.dir,
    address,
    endpoint: endpointOf(address, protocol),
    cores,
    env: { ...context.env.of(arm), ...context.injection?.env[arm] },
    logFile: logFile(context, server, arm),
    // Always equally long, as the addresses are: the size of the environment moves results.
    marker: `${context.marker}${String(context.starts.count).padStart(6, '0')}.`,
    form: context.form,
    before: context.remarks.before(whoIs(server, arm)),
    onEnd: (ended) =>
      context.remarks.ended(whoIs(server, arm), ended, {
        stop: filled.stop,
        form: context.form,
      }),
    signal: context.signal,
  });
}

/** "api (head)"; a contender's own name. */
export function whoIs(server: Server, arm: Arm): string {
  const whose = whoseOf(server, arm);
  return whose.arm === null ? whose.about : `${whose.about} (${whose.arm})`;
}

/** Where an arm's server, or a hook of it, prints. Only one of its kind runs at a time. */
export function logFile(
  { logs }: Pick<RunContext, 'logs'>,
  server: Server,
  arm: Arm,
  hook?: 'before' | 'after' | 'profile',
): string {
  const whose = whoseOf(server, arm);
  const words = [whose.about, whose.arm, hook].filter(
    (word) => word !== null && word !== undefined,
  );
  return path.join(logs, `${words.join('-')}.log`);
}
