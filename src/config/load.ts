/** File + inputs + flags → one validated Experiment. */
import { type Problem, UserError } from '../system/messages/problem.ts';
import { keepSecret } from '../system/messages/secrets.ts';
import { assemble, knownToClaims } from './assemble.ts';
import { checkBeside } from './check/beside-setting.ts';
import { check, type Written } from './check/check.ts';
import { unreadableCommands } from './check/command-syntax.ts';
import { contradictions, missingWorkdirs } from './check/contradictions.ts';
import { overcommitted, unmeasured } from './check/gate-contradictions.ts';
import { idleBars } from './check/idle-bars.ts';
import { onePortDoubts } from './check/one-port.ts';
import { readClaims, writtenClaims } from './claims/read.ts';
import type { ClaimKeys } from './claims/resolve.ts';
import type { Known } from './claims/terms.ts';
import type { Claim } from './experiment/claim.ts';
import { nameAsWritten } from './experiment/cores.ts';
import type { Experiment } from './experiment/experiment.ts';
import { isOfVariable, noFiles, readFiles, type ScenarioFiles } from './files/files.ts';
import { DEFAULT_FILES, type FoundFile, findConfigFile } from './files/find-file.ts';
import { recordingText } from './files/har.ts';
import { readYaml } from './files/yaml-source.ts';
import { misplacedVariables } from './fill/misplaced-variables.ts';
import { valueDoubts } from './fill/request-value-mistakes.ts';
import {
  type Environment,
  fillVariables,
  valuesNamed,
  variableDoubts,
  variableMistakes,
} from './fill/variables.ts';
import { keyPath, type Mistake, type Path, toProblems } from './mistakes/mistakes.ts';
import { get, has, map } from './mistakes/untyped.ts';
import { asKey } from './no-setting.ts';
import { ConfigFile } from './schema/file-schema.ts';
import { GateKeys } from './schema/gate-schema.ts';
import { asFlags, ofNoUse } from './settings/in-settings.ts';
import { selectSubjects } from './settings/only.ts';
import { override } from './settings/override.ts';
import {
  nonEmpty,
  ONE_SERVER,
  readSettings,
  type Settings,
  type SettingsValue,
} from './settings/settings.ts';
import { type Form, formOf } from './settings/spelling.ts';
import type { HistoryPlace } from './values/history-place.ts';

export interface Loaded {
  experiment: Experiment;
  /** The file's name as messages show it, null when the settings alone describe the server. */
  configFile: string | null;
  /** How the server is described. */
  form: Form;
  /** What the user should know though nothing is wrong: what a recording's load leaves out. */
  notes: string[];
  /**
   * The claims again, about these. `ofFile`: whom those of the file may be about, if there are more. Throws one UserError
   * with every mistake found.
   */
  claimsAbout: (known: Known, ofFile?: Known) => Claim[];
  /** Those of the file as they were written. */
  claimsOfFile: readonly ClaimKeys[];
  /** No part of the experiment: where it is kept says nothing of what is measured, though head may be compared with what is there. */
  history: HistoryPlace;
}

/** What counts of a config, whosever it is. */
export type Config = Pick<Loaded, 'experiment' | 'history' | 'form' | 'notes'>;

/**
 * `root` is the root of the tree whose config counts (the head). A config path in the settings is
 * relative to `cwd`, by default the root. Throws one UserError with every mistake found.
 */
export async function loadExperiment(options: {
  root: string;
  settings: Settings;
  cwd?: string;
  /** Of the gate, without what its own servers may not see: whatever a file names in it is sent. */
  env?: Environment;
  /** Whom the claims are about: contenders have names of their own, which are not known yet, so that there are no claims yet. */
  claimsOf?: 'servers' | 'contenders';
}): Promise<Loaded> {
  const { root, settings, cwd = root, env = process.env, claimsOf = 'servers' } = options;
  const file = await findConfigFile(root, cwd, nonEmpty(settings.config));
  const own = readSettings(settings);
  const read =
    file === null
      ? await fromSettings(own, settings, { root, env, claimsOf })
      : await fromFile(file, own, { root, env, claimsOf });
  if (read.file === null || read.problems.length > 0) throw new UserError(read.problems);
  keepSecret(valuesNamed(read.file, env));
  // By themselves, as of very many values fewer forms are known.
  keepSecret(valuesOfRows(read.files));
  const whole = {
    ...assemble(fillVariables(read.file, env), read.files),
    claims: read.claims,
  };
  const { experiment, problems, notes: left } = selectSubjects(whole, settings.only ?? []);
  if (problems.length > 0) throw new UserError(problems);
  const notes = [
    ...read.doubts,
    ...notesOf(experiment, read.file, read.files),
    ...onePortDoubts(experiment),
    ...left,
  ];
  const claimsAbout: Loaded['claimsAbout'] = (known, ofFile = known) => {
    const found = read.claimsAbout(known, ofFile);
    if (found.problems.length > 0) throw new UserError(found.problems);
    return found.claims;
  };
  const { claimsOfFile } = read;
  const { history } = read.file.gate;
  // Settings that describe a server without a file have its start command among them.
  const form = file === null ? formOf(settings.start) : 'file';
  const configFile = file?.name ?? null;
  return { experiment, configFile, form, notes, claimsAbout, claimsOfFile, history };
}

/** Of the rows that a variable holds, or the path of which it holds: a server may print one of them alone. */
function valuesOfRows({ data }: ScenarioFiles): string[] {
  return [...data].flatMap(([name, { rows }]) => (isOfVariable(name) ? rows.flat() : []));
}

function notesOf({ scenarios }: Experiment, file: ConfigFile, files: ScenarioFiles): string[] {
  const written = new Set(scenarios.map(({ name }) => nameAsWritten(name)));
  return [...written].flatMap((name) => {
    const keys = file.scenarios[name];
    const har = keys !== undefined && 'har' in keys ? keys.har : undefined;
    const recording = har === undefined ? undefined : files.recordings.get(har);
    if (recording === undefined) return [];
    return [`${har}: ${recordingText(recording)}`];
  });
}

interface Read {
  file: ConfigFile | null;
  files: ScenarioFiles;
  claims: Claim[];
  claimsAbout: (known: Known, ofFile: Known) => { claims: Claim[]; problems: Problem[] };
  claimsOfFile: readonly ClaimKeys[];
  problems: Problem[];
  doubts: string[];
}

interface Surroundings {
  root: string;
  env: Environment;
  claimsOf: 'servers' | 'contenders';
}

async function fromSettings(
  own: SettingsValue,
  settings: Settings,
  { root, env, claimsOf }: Surroundings,
): Promise<Read> {
  const start = nonEmpty(settings.start);
  // With a stand-in for the missing command, whatever else is wrong shows at once.
  const raw = start === undefined ? withStart(own.value) : own.value;
  const { value, files, mistakes } = await checkAll(raw, root, env);
  const said = readClaims(own.claims, knownFrom(claimsOf, value ?? soundPart(raw), files));
  const claimsAbout: Read['claimsAbout'] = (known) => {
    const { claims, mistakes } = readClaims(own.claims, known);
    return { claims, problems: toProblems(mistakes, own.source) };
  };
  const problems = toProblems(
    [
      ...own.mistakes,
      ...mistakes.map((mistake) => ofNoUse(mistake, raw)),
      ...said.mistakes,
      ...variableMistakes(raw, env, false),
    ],
    own.source,
  ).map(asFlags);
  const idle = claimsOf === 'servers' && value !== null ? idleIn(own.value.gate, value, files) : [];
  const doubts = toProblems(
    [...variableDoubts(raw, env, false), ...valueDoubts(raw, files.data), ...idle],
    own.source,
  )
    .map(asFlags)
    .map(inOneLine);
  const shared = { files, claims: said.claims, claimsAbout, claimsOfFile: [], doubts };
  return start === undefined
    ? { ...shared, file: null, problems: [NOTHING_TO_START, ...problems] }
    : { ...shared, file: value, problems };
}

async function fromFile(
  file: FoundFile,
  own: SettingsValue,
  { root, env, claimsOf }: Surroundings,
): Promise<Read> {
  const yaml = readYaml(file.text, file.name, isText);
  if (yaml.value === null && yaml.mistakes.length === 0) {
    return {
      file: null,
      files: noFiles(),
      claims: [],
      claimsAbout: () => ({ claims: [], problems: [] }),
      claimsOfFile: [],
      problems: [{ where: file.name, ...EMPTY_FILE }],
      doubts: [],
    };
  }
  const whole =
    yaml.value === undefined
      ? { value: null, files: noFiles(), mistakes: [] }
      : await checkAll(yaml.value, root, env, yaml.written);
  const { files } = whole;
  const told = new Set(yaml.mistakes.map(({ path }) => keyPath(path)));
  const untold = whole.mistakes.filter(({ path }) => !told.has(keyPath(path)));
  const overrides = checkGate(own, whole.value, files);
  const named = checkBeside(own.value.beside);
  const sound = whole.value ?? soundPart(yaml.value);
  const read = (known: Known | null, ofFile: Known | null) => {
    const written = readClaims(get(yaml.value, 'claims'), ofFile);
    return { written, added: readClaims(own.claims, known, undefined, written.claims) };
  };
  const known = knownFrom(claimsOf, sound, files);
  const { written, added } = read(known, known);
  const claimsAbout: Read['claimsAbout'] = (known, ofFile) => {
    const again = read(known, ofFile);
    return {
      claims: [...again.written.claims, ...again.added.claims],
      problems: [
        ...toProblems(again.written.mistakes, yaml.source),
        ...toProblems(again.added.mistakes, own.source),
      ],
    };
  };
  const together =
    whole.value === null || overrides.value === null
      ? []
      : budgetsTogether(whole.value.gate, overrides.value, own);
  const problems = [
    ...toProblems(
      [
        ...yaml.mistakes,
        ...untold.map(asKey),
        ...written.mistakes,
        ...variableMistakes(yaml.value, env, true),
      ],
      yaml.source,
    ),
    ...bothGiven(own, file.name),
    ...toProblems(
      [...own.mistakes, ...overrides.mistakes, ...named.mistakes, ...together, ...added.mistakes],
      own.source,
    ).map(asFlags),
  ];
  const doubted = toProblems(
    [...variableDoubts(yaml.value, env, true), ...valueDoubts(yaml.value, files.data)],
    yaml.source,
  ).map(inOneLine);
  const claims = [...written.claims, ...added.claims];
  const claimsOfFile = writtenClaims(get(yaml.value, 'claims'));
  const shared = { files, claims, claimsAbout, claimsOfFile, problems };
  if (whole.value === null || overrides.value === null) {
    return { ...shared, doubts: doubted, file: null };
  }
  const gate = override(whole.value.gate, overrides.value, own.value.gate ?? {});
  const beside = named.value ?? whole.value.beside;
  const counting = { ...whole.value, gate, beside };
  const idle =
    claimsOf === 'contenders'
      ? []
      : [
          ...toProblems(idleIn(get(yaml.value, 'gate'), counting, files), yaml.source),
          ...toProblems(idleIn(own.value.gate, counting, files), own.source).map(asFlags),
        ].map(inOneLine);
  return { ...shared, doubts: [...doubted, ...idle], file: counting };
}

/** `written`: a section `gate`; of two contenders nothing is held to it. */
function idleIn(written: unknown, file: ConfigFile, files: ScenarioFiles): Mistake[] {
  return idleBars(written, file.gate.metrics, assemble(file, files).scenarios);
}

/** A mistake in a claim, or in how it is decided, must not hide what is wrong with the claims. */
function soundPart(raw: unknown): ConfigFile | null {
  return check(ConfigFile, { ...map(raw), claims: [], gate: {} }).value;
}

/** `file`, where nothing is wrong with it, has the servers that claims are about. Null: their grammar alone can be looked at. */
function knownFrom(
  claimsOf: Surroundings['claimsOf'],
  file: ConfigFile | null,
  files: ScenarioFiles,
): Known | null {
  return file === null || claimsOf === 'contenders' ? null : knownToClaims(assemble(file, files));
}

function inOneLine({ where, message }: Problem): string {
  return where === undefined ? message : `${where}: ${message}`;
}

async function checkAll(
  raw: unknown,
  root: string,
  env: Environment,
  written?: Written,
): Promise<{ value: ConfigFile | null; files: ScenarioFiles; mistakes: Mistake[] }> {
  const { value, mistakes } = check(ConfigFile, raw, [], written);
  const read = await readFiles(raw, root, env);
  const misplaced = misplacedVariables(raw);
  const told = new Set(misplaced.map(({ path }) => keyPath(path)));
  const others = [
    ...mistakes,
    ...contradictions(raw),
    ...(await missingWorkdirs(raw, root)),
    ...(await unreadableCommands(raw)),
    ...read.mistakes,
  ];
  return {
    value,
    files: read.files,
    mistakes: [
      ...misplaced,
      // It is no file, no number and the like, as it is a variable.
      ...others.filter(({ path }) => !told.has(keyPath(path))),
      ...(value === null ? [] : overcommitted(value.gate)),
      ...(value?.gate.metrics === undefined
        ? []
        : unmeasured(value.gate.metrics, assemble(value, read.files).scenarios)),
    ],
  };
}

/** The settings of the gate alone; `file`, where nothing is wrong with its values, has the scenarios. */
function checkGate(
  own: SettingsValue,
  file: ConfigFile | null,
  files: ScenarioFiles,
): { value: GateKeys | null; mistakes: Mistake[] } {
  const { value, mistakes } = check(GateKeys, own.value.gate ?? {}, ['gate']);
  if (value?.metrics === undefined || file === null) return { value, mistakes };
  return { value, mistakes: unmeasured(value.metrics, assemble(file, files).scenarios) };
}

/** Budgets that are at odds only when one is the file's and the other a setting. */
function budgetsTogether(file: GateKeys, overrides: GateKeys, own: SettingsValue): Mistake[] {
  const given = own.value.gate ?? {};
  const isGiven = (key: string) => has(given, key);
  if (!isGiven('budget') && !isGiven('job-budget')) return [];
  return overcommitted(
    override(file, overrides, given),
    isGiven('job-budget') ? 'job-budget' : 'budget',
  );
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

/**
 * Values of these keys are text even where YAML sees a number, and keep their spelling: `1.10`, `00123`. They are the variables
 * of a server and every map of headers, wherever it stands below servers and scenarios.
 */
function isText(path: Path): boolean {
  const [top] = path;
  const map = path.at(-2);
  if (top === 'servers') return (map === 'env' || map === 'headers') && path.length > 3;
  return top === 'scenarios' && map === 'headers' && path.length > 3;
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
