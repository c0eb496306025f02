/** Contenders that were read → the experiment: every two of them as a pair, under the scenarios that both are loaded with. Pure. */
import { type Problem, UserError } from '../../system/messages/problem.ts';
import { knownToClaims } from '../assemble.ts';
import { leftOutInWords } from '../claims/left-out.ts';
import { isNamed } from '../claims/terms.ts';
import type { Claim, ClaimSide } from '../experiment/claim.ts';
import { fixedPort, pairName, pairOf } from '../experiment/contenders.ts';
import type { Experiment, SubjectId } from '../experiment/experiment.ts';
import { leavesOf } from '../experiment/leaves.ts';
import type { Scenario } from '../experiment/scenario.ts';
import type { Contender, Server } from '../experiment/server.ts';
import type { Project, ReadContender, ReadVersus } from './read.ts';
import { withheldSpec } from './spec.ts';

export interface Assembled {
  experiment: Experiment;
  notes: string[];
}

/**
 * `rootOf`: root of a project, relative to an arm's tree. `chosen`: whose scenarios count for all, whatever others have by
 * the same names; null: the main project's, and others may not differ from them.
 * @throws UserError where two projects mean different loads by one name, or nothing is left to be measured
 */
export function assembleVersus(
  read: ReadVersus,
  rootOf: (project: Project) => string,
  chosen: Project | null = null,
): Assembled {
  const { contenders, main, projects } = read;
  const loads = chosen ?? main;
  const { scenarios } = loads.experiment;
  const others = projects.filter((project) => project !== loads);
  const problems = chosen === null ? others.flatMap((other) => differences(loads, other)) : [];
  const loaded = new Map(contenders.map((one) => [one, loadsOf(one, loads)]));
  for (const [contender, own] of loaded) {
    if (own.size === 0) problems.push(withoutLoad(contender, loads));
  }
  if (problems.length > 0) throw new UserError(problems);
  const servers: Server[] = [];
  const subjects: SubjectId[] = [];
  for (const [i, base] of contenders.entries()) {
    for (const head of contenders.slice(i + 1)) {
      const both = scenarios.filter(({ name }) =>
        [base, head].every((one) => loaded.get(one)?.has(name)),
      );
      if (both.length === 0) continue;
      servers.push({
        ...pairOf(
          toContender(base, rootOf),
          toContender(head, rootOf),
          pairsOf(base.server, head.server),
        ),
        ...warmUpOf(base.server, head.server),
      });
      const server = pairName(base.name, head.name);
      subjects.push(...both.map(({ name }) => ({ server, scenario: name })));
    }
  }
  if (subjects.length === 0) throw new UserError(nothingInCommon(contenders));
  const used = scenarios.filter(({ name }) => subjects.some(({ scenario }) => scenario === name));
  const experiment: Experiment = {
    servers,
    scenarios: used,
    subjects,
    // A change is confirmed on another machine; there is none here.
    gate: { ...main.experiment.gate, onRegression: 'fail' },
    ...besideOf(projects),
    claims: [],
  };
  const { claims, absent } = claimsOf(read, experiment);
  return {
    experiment: { ...experiment, claims },
    notes: [
      ...others.flatMap((other) => leftOut(loads, other)),
      ...absent,
      ...projects.flatMap((other) => (other === main ? [] : otherClaims(main, other))),
    ],
  };
}

/** What runs beside any of them is beside the pair. */
function besideOf(projects: readonly Project[]): Pick<Experiment, 'beside'> {
  const all = projects.flatMap(({ experiment }) => experiment.beside ?? []);
  return all.length === 0 ? {} : { beside: all };
}

/** One config's claims are judged; what another config guards its job by must not seem to be. */
function otherClaims(main: Project, other: Project): string[] {
  const written = other.claimsOfFile.map(({ claim, gate }) => ({ text: claim.trim(), gate }));
  const why = `as it is one of ${folderOf(other)}, and those of ${folderOf(main)} count`;
  return leftOutInWords(written, [], { one: why, several: why.replace('it is one', 'they are') });
}

/**
 * A file may have claims about servers of its own that do not take part today, or about loads that another of its servers does
 * not get. A server that takes part under another name is told: a claim that guards a job must not be passed over for a name.
 */
function claimsOf(
  { main, contenders }: ReadVersus,
  experiment: Experiment,
): { claims: Claim[]; absent: string[] } {
  const known = knownToClaims(experiment);
  const renamed = contenders.filter(({ project, name, server }) => {
    return project === main && name !== server.name;
  });
  const servers = new Map(known.servers);
  for (const [name, own] of knownToClaims(main.experiment).servers) {
    if (renamed.some(({ server }) => server.name === name)) continue;
    const measured = known.servers.get(name) ?? [];
    const more = own.filter((one) => !measured.some((other) => other.name === one.name));
    servers.set(name, [...measured, ...more]);
  }
  const all = main.claimsAbout(known, { servers });
  const isMeasured = ({ server, scenario }: ClaimSide) =>
    known.servers.get(server)?.some(({ name }) => isNamed(name, scenario)) === true;
  const claims = all.filter(({ left, right }) =>
    [left, ...(right === null ? [] : [right])].every(isMeasured),
  );
  return { claims, absent: leftOutInWords(all, claims, NOT_COMPARED) };
}

const NOT_COMPARED = {
  one: 'as what it is about is not compared here',
  several: 'as what they are about is not compared here',
};

/** Scenarios that a contender is loaded with: another project's config may keep a server out of one that it knows. */
function loadsOf({ project, server }: ReadContender, main: Project): Set<string> {
  const own = project.experiment;
  const known = new Set(own.scenarios.map(({ name }) => name));
  const loaded = new Set(
    own.subjects.flatMap((subject) => (subject.server === server.name ? [subject.scenario] : [])),
  );
  const names = main.experiment.scenarios.map(({ name }) => name);
  return new Set(
    names.filter((name) => loaded.has(name) || (project !== main && !known.has(name))),
  );
}

function toContender(
  { name, project, server }: ReadContender,
  rootOf: (of: Project) => string,
): Contender {
  const { workdir, build, buildTimeoutMs, start, listen, ready, stop, env, before, after } = server;
  // Nothing else: a profile would explain no verdict here, and one warm-up is for both.
  const program = {
    workdir,
    build,
    buildTimeoutMs,
    start,
    listen,
    ready,
    stop,
    env,
    before,
    after,
  };
  return { name, root: rootOf(project), ...program };
}

/** The longer of the two; none where neither says anything. */
function warmUpOf(...servers: readonly Server[]): Pick<Server, 'warmUpMs'> {
  const said = servers.flatMap(({ warmUpMs }) => warmUpMs ?? []);
  return said.length === 0 ? {} : { warmUpMs: Math.max(...said) };
}

/** One port for both is for one of them at a time. */
function pairsOf(base: Server, head: Server): Server['pairs'] {
  const [port, other] = [fixedPort(base), fixedPort(head)];
  const isShared = port !== null && port === other;
  return isShared || base.pairs === 'exclusive' || head.pairs === 'exclusive'
    ? 'exclusive'
    : 'live';
}

function differences(main: Project, other: Project): Problem[] {
  return main.experiment.scenarios.flatMap((scenario): Problem[] => {
    const theirs = other.experiment.scenarios.find(({ name }) => name === scenario.name);
    const keys = theirs === undefined ? [] : differingKeys(scenario, theirs);
    if (keys.length === 0) return [];
    return [
      {
        where: folderOf(other),
        message: `its scenario ${scenario.name} is another than that of ${folderOf(main)}: they differ in ${keys.join(', ')}`,
        hint: 'make both alike, or name the one whose scenarios count for all: --scenarios-of NAME (input `scenarios-of`)',
      },
    ];
  });
}

function differingKeys(one: Scenario, other: Scenario): string[] {
  if (one.kind !== other.kind) return ['what kind of load it is'];
  const [before, after] = [leavesOf(one), leavesOf(other)];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.filter((key) => before.get(key) !== after.get(key));
}

/** What another project's config has beside the scenarios that count. */
function leftOut(main: Project, other: Project): string[] {
  const known = new Set(main.experiment.scenarios.map(({ name }) => name));
  const more = other.experiment.scenarios
    .map(({ name }) => name)
    .filter((name) => !known.has(name));
  if (more.length === 0) return [];
  return [
    `${folderOf(other)} has scenarios that ${folderOf(main)} does not have, and they are not measured: ${more.join(', ')}`,
  ];
}

function withoutLoad({ spec, server, project }: ReadContender, main: Project): Problem {
  const names = main.experiment.scenarios.map(({ name }) => name).join(', ');
  return {
    where: `${spec.origin} \`${withheldSpec(spec)}\``,
    message: `no scenario of ${folderOf(main)} loads the server ${server.name}${project === main ? '' : ` of ${folderOf(project)}`}`,
    hint: `its scenarios are ${names}: add the server to the \`servers\` of one of them`,
  };
}

function nothingInCommon(contenders: readonly ReadContender[]): Problem {
  return {
    where: contenders.map(({ name }) => name).join(', '),
    message: 'no scenario loads two of them',
    hint: 'list both under `servers` of one scenario, or leave `servers` out there',
  };
}

function folderOf({ folder }: Project): string {
  return folder ?? 'the config here';
}
