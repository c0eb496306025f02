/**
 * Where a process of Python takes its packages from. It reads a module and closes it again, so no table of the kernel has them:
 * the folders count that it looks into.
 */
import { readFileSync } from 'node:fs';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInside } from '../../system/files/inside.ts';
import { realOf } from '../../system/files/real-path.ts';
import { argumentsOf, cwdOf, executableOf } from '../../system/kernel/started-as.ts';
import { entriesOf, hasEnvironment, statOf, variableOf } from './process-files.ts';

/** Those that serve to install others. */
const INSTALLERS =
  /^(?:pip|setuptools|wheel|pkg_resources|_distutils_hack|distutils-precedence)\b|^__pycache__$/;
/** What setuptools writes where packages are linked one by one. */
const FINDER = /^__editable__.*_finder\.py$/;
/** So a worker is started that gets all places from its parent, which is looked at too. */
const OF_ITS_PARENT = 'from multiprocessing.';
const LONGEST_LINKS = 100_000;

/** What is installed for it. */
export function packagesOf(pid: number): string[] {
  return packageFolders(pid).flatMap((folder) =>
    entriesOf(folder).filter((path) => !INSTALLERS.test(basename(path))),
  );
}

/**
 * Folders outside of all these that it imports modules from because somebody has linked them there (`pip install -e`, `uv sync`,
 * `poetry install`), and not because it was started there or told so by PYTHONPATH: those come first. None where it cannot be known what it
 * was told.
 */
export function linkedSourcesOf(
  pid: number,
): { path: string; isHidden: (own: string) => boolean }[] {
  const given = argumentsOf(pid);
  if (!hasEnvironment(pid) || given.some((arg) => arg.startsWith(OF_ITS_PARENT))) return [];
  const first = firstPlaces(pid);
  const cwd = cwdOf(pid) ?? '/';
  const args = given.map((arg) => realOf(resolve(cwd, arg)));
  return packageFolders(pid).flatMap((folder) =>
    linksIn(folder).map((path) => {
      const isByOwnScript = scriptsOf(folder, path).some((script) => args.includes(script));
      const before = isByOwnScript ? first.told : [...first.told, ...first.begun];
      return { path, isHidden: (own: string) => before.includes(realOf(own)) };
    }),
  );
}

/** `begun`: where it was started, which a script that was installed does not look into. */
function firstPlaces(pid: number): { told: string[]; begun: string[] } {
  const cwd = cwdOf(pid) ?? '/';
  const told = (variableOf(pid, 'PYTHONPATH') ?? '').split(delimiter).filter((one) => one !== '');
  const given = argumentsOf(pid).slice(1);
  const own = resolve(cwd, given.find((arg) => !arg.startsWith('-')) ?? '');
  const named = [...given, variableOf(pid, 'FLASK_APP') ?? '']
    .flatMap((arg) => arg.split(/[=:]/))
    .filter((arg) => arg !== '')
    .map((arg) => resolve(cwd, arg));
  const scripts = named
    .filter((path) => path.endsWith('.py'))
    .map((path) => (path === own ? dirname(path) : packageRootOf(dirname(path))));
  const folders = named
    .filter((path) => statOf(path)?.isDirectory())
    .flatMap((path) => [path, packageRootOf(path)]);
  return {
    told: [...told.map((one) => resolve(cwd, one)), ...scripts, ...folders].map(realOf),
    begun: [realOf(cwd)],
  };
}

/** Where its outermost package lies. `flask --app` and `fastapi run` look there first for what they are given; Python itself does not. */
function packageRootOf(folder: string): string {
  const [isPackage, above] = [statOf(join(folder, '__init__.py'))?.isFile(), dirname(folder)];
  return isPackage && above !== folder ? packageRootOf(above) : folder;
}

/** Folders that the files in it add to where modules are looked for. */
function linksIn(folder: string): string[] {
  return entriesOf(folder).flatMap((path) => {
    const name = basename(path);
    if (name.endsWith('.pth')) {
      return textOf(path)
        .split(/\r?\n/)
        .filter((line) => line.trim() !== '' && !/^(?:#|import\s)/.test(line))
        .map((line) => resolve(folder, line.trim()))
        .filter((line) => statOf(line)?.isDirectory());
    }
    if (!FINDER.test(name)) return [];
    const mapping = /^MAPPING\b[^=\n]*=\s*\{(.*)\}/m.exec(textOf(path))?.[1] ?? '';
    const sources = [...mapping.matchAll(/:\s*(['"])(\/.*?)\1/g)].map(([, , to = '']) => to);
    return [...new Set(sources.map((to) => dirname(to)))];
  });
}

/**
 * The programs that came with the project that this folder is linked from: they look into no other folder first. By their paths, as a module
 * has the same name most often (`python -m shop`).
 */
function scriptsOf(folder: string, linked: string): string[] {
  return entriesOf(folder).flatMap((path) => {
    if (!path.endsWith('.dist-info')) return [];
    const project = projectOf(textOf(join(path, 'direct_url.json')));
    if (project === null || !isInside(realOf(project), realOf(linked))) return [];
    return [...textOf(join(path, 'RECORD')).matchAll(/^([^,\n]*\/bin\/[^,/\n]+),/gm)].map(
      ([, script = '']) => realOf(resolve(folder, script)),
    );
  });
}

/** Of a record of where a package came from (PEP 610). */
function projectOf(record: string): string | null {
  const url = /"url":\s*"(file:[^"]*)"/.exec(record)?.[1];
  try {
    return url === undefined ? null : fileURLToPath(url);
  } catch {
    return null;
  }
}

function packageFolders(pid: number): string[] {
  const python = basename(executableOf(pid) ?? '');
  return rootsOf(pid).flatMap((root) =>
    entriesOf(join(root, 'lib'))
      .filter((path) => isOfVersion(basename(path), python))
      .flatMap((path) => ['site-packages', 'dist-packages'].map((of) => join(path, of))),
  );
}

/** `python3.12` looks into the folders `python3.12` and `python3`, and not into those of another version beside them. */
function isOfVersion(folder: string, python: string): boolean {
  if (!/^(?:python|pypy)[\d.]+$/.test(folder)) return false;
  return python.startsWith(folder) || folder.startsWith(python);
}

/** A virtual environment looks into no other one, unless it says so. */
function rootsOf(pid: number): string[] {
  const exe = executableOf(pid);
  if (exe === null || !/^(?:python|pypy)[\d.]*$/.test(basename(exe))) return [];
  const started = startedAs(pid).map((file) => dirname(dirname(file)));
  const environments = started.filter((root) => statOf(join(root, 'pyvenv.cfg'))?.isFile());
  const isAlone = environments.some(
    (root) => !/^include-system-site-packages\s*=\s*true/im.test(textOf(join(root, 'pyvenv.cfg'))),
  );
  if (isAlone) return [...new Set(environments)];
  const home = variableOf(pid, 'HOME');
  const own = home === null ? [] : [join(home, '.local')];
  return [...new Set([...started, dirname(dirname(exe)), '/usr/local', ...own])];
}

/** A virtual environment is known by the name that Python was started by: its executable is a link out of it. */
function startedAs(pid: number): string[] {
  const cwd = cwdOf(pid) ?? '/';
  const [first = '', second = ''] = argumentsOf(pid);
  const script = second.startsWith('/') ? [second] : [];
  if (first.includes('/')) return [resolve(cwd, first), ...script];
  const inPath = (variableOf(pid, 'PATH') ?? '')
    .split(delimiter)
    .map((folder) => resolve(cwd, folder, first))
    .find((path) => first !== '' && statOf(path)?.isFile());
  if (inPath !== undefined) return [inPath, ...script];
  // One that gives itself another title hides what it was started by.
  const environment = variableOf(pid, 'VIRTUAL_ENV');
  return environment === null ? script : [join(environment, 'bin', 'python'), ...script];
}

function textOf(path: string): string {
  const stat = statOf(path);
  if (!stat?.isFile() || stat.size > LONGEST_LINKS) return '';
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
