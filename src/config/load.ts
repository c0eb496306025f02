/** File + inputs + flags → one validated Experiment. */
import { type Problem, UserError } from '../problem.ts';
import { assemble } from './assemble.ts';
import { check } from './check.ts';
import { contradictions, missingWorkdirs } from './contradictions.ts';
import type { Experiment } from './experiment.ts';
import { ConfigFile, GateKeys } from './file-schema.ts';
import { DEFAULT_FILES, type FoundFile, findConfigFile } from './find-file.ts';
import { keyPath, type Mistake, type Path, toProblems } from './mistakes.ts';
import { selectSubjects } from './only.ts';
import { given, ONE_SERVER, readSettings, type Settings, type SettingsValue } from './settings.ts';
import { readYaml } from './yaml-source.ts';

/**
 * `root` is the root of the tree whose config counts (the head). A config path in the settings is
 * relative to `cwd`, by default the root. `configFile` is the file's name as messages show it, null
 * when the settings alone describe the server. Throws one UserError with every mistake found.
 */
export async function loadExperiment(options: {
  root: string;
  settings: Settings;
  cwd?: string;
}): Promise<{ experiment: Experiment; configFile: string | null }> {
  const { root, settings, cwd = root } = options;
  const file = await findConfigFile(root, cwd, given(settings.config));
  const own = readSettings(settings);
  const read =
    file === null ? await fromSettings(own, settings, root) : await fromFile(file, own, root);
  if (read.file === null || read.problems.length > 0) throw new UserError(read.problems);
  const { experiment, problems } = selectSubjects(assemble(read.file), settings.only ?? []);
  if (problems.length > 0) throw new UserError(problems);
  return { experiment, configFile: file?.name ?? null };
}

interface Read {
  file: ConfigFile | null;
  problems: Problem[];
}

async function fromSettings(own: SettingsValue, settings: Settings, root: string): Promise<Read> {
  const start = given(settings.start);
  // With a stand-in for the missing command, whatever else is wrong shows at once.
  const raw = start === undefined ? withStart(own.value) : own.value;
  const { value, mistakes } = await checkAll(raw, root);
  const problems = toProblems(mistakes, own.source);
  return start === undefined
    ? { file: null, problems: [NOTHING_TO_START, ...problems] }
    : { file: value, problems };
}

async function fromFile(file: FoundFile, own: SettingsValue, root: string): Promise<Read> {
  const yaml = readYaml(file.text, file.name, isText);
  if (yaml.value === null && yaml.mistakes.length === 0) {
    return { file: null, problems: [{ where: file.name, ...EMPTY_FILE }] };
  }
  const whole =
    yaml.value === undefined ? { value: null, mistakes: [] } : await checkAll(yaml.value, root);
  const told = new Set(yaml.mistakes.map(({ path }) => keyPath(path)));
  const untold = whole.mistakes.filter(({ path }) => !told.has(keyPath(path)));
  const overrides = check(GateKeys, own.value.gate ?? {}, ['gate']);
  const problems = [
    ...toProblems([...yaml.mistakes, ...untold], yaml.source),
    ...bothGiven(own, file.name),
    ...toProblems(overrides.mistakes, own.source),
  ];
  if (whole.value === null || overrides.value === null) return { file: null, problems };
  const gate = override(whole.value.gate, overrides.value, own.value.gate ?? {});
  return { file: { ...whole.value, gate }, problems };
}

async function checkAll(
  raw: unknown,
  root: string,
): Promise<{ value: ConfigFile | null; mistakes: Mistake[] }> {
  const { value, mistakes } = check(ConfigFile, raw);
  return {
    value,
    mistakes: [...mistakes, ...contradictions(raw), ...(await missingWorkdirs(raw, root))],
  };
}

/** The keys that were really given win; the rest of `overrides` is only defaults. */
function override(
  gate: GateKeys,
  overrides: GateKeys,
  givenKeys: Record<string, unknown>,
): GateKeys {
  const keep = <Whole extends object>(all: Whole, keys: unknown): Partial<Whole> =>
    Object.fromEntries(
      Object.entries(all).filter(([key]) => Object.hasOwn(keys as object, key)),
    ) as Partial<Whole>;
  const { tolerance: perMetric } = givenKeys;
  const tolerance =
    typeof perMetric === 'object' ? keep(overrides.tolerance, perMetric) : overrides.tolerance;
  return {
    ...gate,
    ...keep(overrides, givenKeys),
    tolerance: perMetric === undefined ? gate.tolerance : { ...gate.tolerance, ...tolerance },
  };
}

function bothGiven(own: SettingsValue, file: string): Problem[] {
  const names = own.oneServer.map(({ origin }) => origin);
  if (names.length === 0) return [];
  return [
    {
      where: names.join(', '),
      message: `cannot stand beside ${file}, which says which servers are measured and how`,
      hint: `drop ${names.length === 1 ? 'it' : 'them'}, or remove the file; settings of the gate, such as the budget, may stay`,
    },
  ];
}

function withStart(value: SettingsValue['value']): SettingsValue['value'] {
  const server = value.servers?.[ONE_SERVER] as object | undefined;
  return { ...value, servers: { [ONE_SERVER]: { ...server, start: 'none' } } };
}

/** Values of these keys are text even where YAML sees a number, and keep their spelling: `1.10`. */
function isText(path: Path): boolean {
  const [top, , key] = path;
  const isRecord =
    (top === 'servers' && key === 'env') || (top === 'scenarios' && key === 'headers');
  return isRecord && path.length === 4;
}

const SMALLEST_FILE = `    servers:
      api:
        start: node server.js`;

const NOTHING_TO_START: Problem = {
  message: `nothing says how to start the server: there is no ${DEFAULT_FILES[0]}, and no start command`,
  hint: `for one server, give the command: input \`start: node server.js\`, or --start "node server.js"
  for several servers or loads, write ${DEFAULT_FILES[0]}, at least:
${SMALLEST_FILE}`,
};

const EMPTY_FILE = {
  message: 'the file is empty',
  hint: `it needs at least:\n${SMALLEST_FILE}`,
};
