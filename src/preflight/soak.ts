/** Whether this machine can make a hold's connections, and which setting to raise where it cannot. Pure. */
import { programsOf } from '../config/experiment/contenders.ts';
import type { Experiment } from '../config/experiment/experiment.ts';
import type { HoldScenario } from '../config/experiment/scenario.ts';
import type { HoldLimits } from '../load/hold/limits.ts';
import { HOLDER_FILES_TO_SPARE, holdersFor } from '../load/hold/shares.ts';
import type { Problem } from '../system/messages/problem.ts';
import { counted } from '../terms/plural.ts';

/** Each process costs memory, and time on the generator's cores. */
const MOST_HOLDERS = 64;
/** Connections, and files, of everything else that runs on the machine meanwhile. */
const OTHERS = 400;
/**
 * Bytes per connection, estimates with something to spare (docs/adr/0015-hold.md): the kernel's two
 * sockets, files and queues; the holder's socket and its objects; what TLS adds to the holder.
 */
const KERNEL_BYTES = 8 * 1024;
const HOLDER_BYTES = 6 * 1024;
const TLS_BYTES = 48 * 1024;
/** Of a holder without any connection. */
const PROCESS_BYTES = 96 * 1024 * 1024;
/** Connections that are silent for one that has a page of 4 KiB in its queues. */
const CONNECTIONS_PER_PAGE = 50;
/** A server that collects garbage, or is not scheduled, accepts nothing for about so long. */
const PAUSE_S = 0.25;

/** Of every hold scenario that is measured. */
export function allHoldProblems(
  { servers, scenarios, subjects }: Pick<Experiment, 'servers' | 'scenarios' | 'subjects'>,
  limits: () => HoldLimits,
): Problem[] {
  const holds = scenarios.flatMap((scenario) => {
    if (scenario.kind !== 'hold') return [];
    const own = subjects.filter((subject) => subject.scenario === scenario.name);
    const needsPorts = own.some(({ server }) =>
      servers
        .filter(({ name }) => name === server)
        .flatMap(programsOf)
        .some(({ listen }) => listen.kind !== 'socket'),
    );
    return own.length === 0 ? [] : [{ scenario, needsPorts }];
  });
  if (holds.length === 0) return [];
  const found = limits();
  return holds.flatMap(({ scenario, needsPorts }) => holdProblems(scenario, found, needsPorts));
}

/** What keeps the connections from being made. `needsPorts`: a server listens on a port, not only on a Unix socket. */
export function holdProblems(
  scenario: HoldScenario,
  limits: HoldLimits,
  needsPorts = true,
): Problem[] {
  const network = needsPorts ? [portProblem, trackingProblem, bufferProblem] : [];
  return [processProblem, systemFilesProblem, ...network, memoryProblem].flatMap((find) => {
    const problem = find(scenario, limits);
    if (problem === null) return [];
    const { connections, name } = scenario;
    return [
      {
        ...problem,
        message: `scenario ${name}: ${counted(connections)} connections ${problem.message}`,
      },
    ];
  });
}

/** What may disturb the measurement without keeping it from being made. */
export function holdNotes(scenario: HoldScenario, limits: HoldLimits): string[] {
  const { name, connections, openPerSecond, tls } = scenario;
  const { tracking, acceptQueue } = limits;
  const notes: string[] = [];
  const arms = tls === null ? 2 : 4;
  const both = arms * connections + OTHERS;
  if (tracking !== null && both > tracking.most - tracking.used) {
    const remain = tls === null ? '10 seconds' : '2 minutes';
    notes.push(
      `scenario ${name}: connection tracking keeps the entries of closed connections for up to ${remain}, so those of the build before may be in the way of the next; net.netfilter.nf_conntrack_max=${power(tracking.used + both)} has room for all`,
    );
  }
  if (acceptQueue !== null && openPerSecond * PAUSE_S > acceptQueue) {
    notes.push(
      `scenario ${name}: ${counted(openPerSecond)} connections a second fill the queue of a server that accepts none for ${(acceptQueue / openPerSecond).toFixed(2)} s, and what finds it full comes again a second later; net.core.somaxconn is ${counted(acceptQueue)}, and ${power(openPerSecond * PAUSE_S)} would be enough`,
    );
  }
  return notes;
}

/** `message` goes on behind "scenario idle: 100,000 connections". */
type Find = (scenario: HoldScenario, limits: HoldLimits) => Problem | null;

const processProblem: Find = ({ connections }, limits) => {
  const holders = holdersFor(connections, limits);
  if (holders <= MOST_HOLDERS) return null;
  const enough = Math.ceil(connections / MOST_HOLDERS) + HOLDER_FILES_TO_SPARE;
  const which = Number.isFinite(holders)
    ? `${counted(holders)} generator processes`
    : 'more generator processes than there can be';
  return {
    message: `need ${which}, because each may have ${counted(limits.openFiles ?? 0)} files open; ${MOST_HOLDERS} are the most that are started`,
    hint: raise(limits, enough),
  };
};

function raise({ openFiles }: HoldLimits, enough: number): string {
  const wanted = Math.max(enough, power(openFiles ?? 0));
  return `Raise the hard limit of open files: \`ulimit -Hn ${wanted}\` as root before the gate starts, or \`LimitNOFILE=${wanted}\` in the runner's service.`;
}

const systemFilesProblem: Find = (scenario, { systemFiles, openFiles }) => {
  if (systemFiles === null) return null;
  const holders = Math.min(MOST_HOLDERS, holdersFor(scenario.connections, { openFiles }));
  // A connection within one machine has both its ends here.
  const needed = 2 * scenario.connections + holders * HOLDER_FILES_TO_SPARE + OTHERS;
  const { most, used } = systemFiles;
  if (needed <= most - used) return null;
  return {
    message: `need ${counted(needed)} open files in the whole system (both ends are on this machine), and fs.file-max is ${counted(most)}, of which ${counted(used)} are in use`,
    hint: `sudo sysctl -w fs.file-max=${power(used + needed)}`,
  };
};

const portProblem: Find = ({ connections }, { hasManySources, ports }) => {
  const each = ports.to - ports.from + 1;
  if (hasManySources || connections <= each) return null;
  return {
    message: `need as many ports, and the one loopback address of this system has ${counted(each)} of them (${ports.from} to ${ports.to})`,
    hint: 'Measure on Linux, which has 127.0.0.1, 127.0.0.2 and so on; or hold fewer connections.',
  };
};

const trackingProblem: Find = ({ connections }, { tracking }) => {
  if (tracking === null) return null;
  const needed = connections + OTHERS;
  const { most, used } = tracking;
  if (needed <= most - used) return null;
  return {
    message: `need ${counted(needed)} entries of connection tracking, and net.netfilter.nf_conntrack_max is ${counted(most)}, of which ${counted(used)} are in use`,
    // Those of the arm before remain for a while.
    hint: `sudo sysctl -w net.netfilter.nf_conntrack_max=${power(used + 2 * connections + OTHERS)}`,
  };
};

const bufferProblem: Find = ({ connections }, { tcpPages, acceptQueue }) => {
  if (tcpPages === null) return null;
  // Of those that are not accepted yet, each may have its first bytes waiting.
  const needed =
    Math.ceil(connections / CONNECTIONS_PER_PAGE) + Math.min(connections, acceptQueue ?? 0);
  const { most, used } = tcpPages;
  if (needed <= most - used) return null;
  const [pressure, high] = [power(used + needed), power(used + 2 * needed)];
  return {
    message: `need about ${counted(needed)} pages of socket buffers, and net.ipv4.tcp_mem allows ${counted(most)}, of which ${counted(used)} are in use`,
    hint: `sudo sysctl -w net.ipv4.tcp_mem="${pressure} ${pressure} ${high}"`,
  };
};

const memoryProblem: Find = ({ connections, tls }, limits) => {
  const holders = Math.min(MOST_HOLDERS, holdersFor(connections, limits));
  const each = KERNEL_BYTES + HOLDER_BYTES + (tls === null ? 0 : TLS_BYTES);
  const needed = connections * each + holders * PROCESS_BYTES;
  if (needed <= limits.memoryAvailableBytes) return null;
  return {
    message: `need about ${mebibytes(needed)} MiB for the kernel and the generator alone, and ${mebibytes(limits.memoryAvailableBytes)} MiB are available`,
    hint: 'Use a machine with more memory, or hold fewer connections.',
  };
};

function power(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, least)));
}

function mebibytes(bytes: number): string {
  return counted(Math.ceil(bytes / 1024 / 1024));
}
