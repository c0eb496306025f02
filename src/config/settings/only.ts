/** `--only`: which subjects run. */
import type { Problem } from '../../system/messages/problem.ts';
import { leftOutInWords } from '../claims/left-out.ts';
import { isNamed } from '../claims/terms.ts';
import type { Claim } from '../experiment/claim.ts';
import { toldOf } from '../experiment/contenders.ts';
import { nameAsWritten } from '../experiment/cores.ts';
import { type Experiment, type SubjectId, subjectName } from '../experiment/experiment.ts';
import { didYouMean } from '../mistakes/nearest.ts';
import type { Setting } from './settings.ts';

/**
 * Keeps the subjects that any pattern names: `server`, `server/scenario`, and `*` for either part. A
 * scenario with `cores` is meant as a whole, or at one number of them: `api/plain@2`.
 * Servers and scenarios that are left without a subject go too, so that nothing is built in vain.
 * Several patterns may stand in one setting, with commas or white space between them. A pattern
 * without a subject is a problem. `notes`: which claims nothing is left of.
 */
export function selectSubjects(
  experiment: Experiment,
  only: readonly Setting[],
): { experiment: Experiment; problems: Problem[]; notes: string[] } {
  const patterns = only.flatMap(({ value, origin }) =>
    value.split(/[\s,]+/).flatMap((pattern) => (pattern === '' ? [] : [{ pattern, origin }])),
  );
  if (patterns.length === 0) return { experiment, problems: [], notes: [] };
  const problems = patterns
    .filter(({ pattern }) => !experiment.subjects.some((subject) => matches(subject, pattern)))
    .map(({ pattern, origin }) => unmatched(pattern, origin, experiment.subjects));
  const subjects = experiment.subjects.filter((subject) =>
    patterns.some(({ pattern }) => matches(subject, pattern)),
  );
  const { servers, scenarios } = experiment;
  const claims = experiment.claims.filter((claim) => isAbout(claim, { servers, subjects }));
  return {
    problems,
    notes: leftOutInWords(experiment.claims, claims, NOT_SELECTED),
    experiment: {
      ...experiment,
      subjects,
      servers: servers.filter(({ name }) => subjects.some(({ server }) => server === name)),
      scenarios: scenarios.filter(({ name }) => subjects.some((id) => id.scenario === name)),
      claims,
    },
  };
}

const NOT_SELECTED = {
  one: 'as `only` leaves out what it is about',
  several: 'as `only` leaves out what they are about',
};

/** Whether something is left of every side. */
function isAbout(
  { left, right }: Claim,
  { servers, subjects }: Pick<Experiment, 'servers' | 'subjects'>,
): boolean {
  const isTold = (server: string, name: string) =>
    servers.some((one) => one.name === server && toldOf(one).includes(name));
  return [left, ...(right === null ? [] : [right])].every((side) =>
    subjects.some((id) => isTold(id.server, side.server) && isNamed(id.scenario, side.scenario)),
  );
}

function matches(subject: SubjectId, pattern: string): boolean {
  const [server, scenario = '*', ...rest] = pattern.split('/');
  const isMatch = (wanted: string | undefined, name: string) => wanted === '*' || wanted === name;
  return (
    rest.length === 0 &&
    isMatch(server, subject.server) &&
    (isMatch(scenario, subject.scenario) || isMatch(scenario, nameAsWritten(subject.scenario)))
  );
}

function unmatched(pattern: string, origin: string, subjects: readonly SubjectId[]): Problem {
  const names = subjects.map(subjectName);
  const scenarios = subjects.flatMap(({ scenario }) => [nameAsWritten(scenario), scenario]);
  const written = subjects.map(({ server, scenario }) => `${server}/${nameAsWritten(scenario)}`);
  const anywhere = scenarios.map((scenario) => `*/${scenario}`);
  const servers = subjects.map(({ server }) => server);
  const meant = scenarios.includes(pattern)
    ? `did you mean \`*/${pattern}\`?`
    : didYouMean(pattern, pattern.includes('/') ? [...written, ...names, ...anywhere] : servers);
  const shown =
    names.length > 12 ? [...names.slice(0, 12), `and ${names.length - 12} more`] : names;
  return {
    where: origin,
    message: `\`${pattern}\` names no subject`,
    hint: [meant, `the subjects are ${shown.join(', ')}`].filter(Boolean).join(' '),
  };
}
