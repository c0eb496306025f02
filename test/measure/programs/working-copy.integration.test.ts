/** A server that runs the user's own files, of which each arm has a copy, is none of either arm. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { inCommonOf } from '../../../src/measure/programs/working-copy.ts';
import type { Arm } from '../../../src/terms/arm.ts';

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };
const WAITS = 'setInterval(() => {}, 1000); console.log("up")';
/** Of a shell under Python's name. */
const UP = ['-c', 'echo up; read x </dev/zero'];

interface Started {
  args?: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  root?: string;
  /** The folder belongs to this arm alone: it was given for it. */
  given?: 'base';
  arm?: Arm;
}

/** A working copy with `src/shop`, and base's tree with the same. */
function setUp(t: TestContext) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tg-working-copy-')));
  const children: ChildProcess[] = [];
  t.after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });
  const [mine, base] = [join(root, 'mine'), join(root, 'base')];
  for (const dir of [mine, base]) {
    mkdirSync(join(dir, 'src', 'shop'), { recursive: true });
    writeFileSync(join(dir, 'server.js'), WAITS);
  }
  const venv = join(root, 'venv');
  const packages = join(venv, 'lib', 'python3.12', 'site-packages');
  const python = join(venv, 'bin', 'python3.12');
  mkdirSync(packages, { recursive: true });
  mkdirSync(join(venv, 'bin'));
  writeFileSync(join(venv, 'pyvenv.cfg'), 'include-system-site-packages = false\n');
  // Only its name counts here.
  copyFileSync('/bin/sh', python);
  const asked = async (
    file: string,
    { args = UP, cwd = base, env, root: of = '.', given, arm = 'base' }: Started = {},
  ) => {
    const child = spawn(file, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, PYTHONPATH: '', ...env },
    });
    children.push(child);
    await once(child.stdout, 'data');
    const ofBase = given === 'base' ? [mine] : [];
    const origins = [{ from: [mine], ofBase, folder: '.' }];
    const own = { arm, isContender: false, name: arm, dir: base, root: of, origins };
    const pids = [child.pid as number];
    return inCommonOf(pids, own)?.text ?? null;
  };
  return { root, mine, base, venv, packages, python, asked };
}

/** As pip writes it for a project with the programs of these names. */
function record(packages: string, project: string, programs: string[]) {
  const info = join(packages, 'shop-1.0.dist-info');
  mkdirSync(info);
  const url = { url: `file://${project}`, dir_info: { editable: true } };
  writeFileSync(join(info, 'direct_url.json'), JSON.stringify(url));
  const rows = programs.map((name) => `../../../bin/${name},sha256=x,200\n`);
  writeFileSync(join(info, 'RECORD'), ['shop-1.0.dist-info/RECORD,,\n', ...rows].join(''));
}

describe('a package that was installed as a link into the working copy', linux, () => {
  it('A linked package is told with the folder, and with what puts the arm’s own first', async (t) => {
    const { mine, packages, python, asked } = setUp(t);
    writeFileSync(join(packages, '__editable__.shop-1.0.pth'), `${join(mine, 'src')}\n`);
    const why = (await asked(python)) ?? '';
    assert.match(
      why,
      /^base's server imports Python modules from your working copy \(its folder src\)/,
    );
    assert.match(why, /`PYTHONPATH=\{dir\}\/src` before the start command/);
  });

  it('A linked package is told by the table that setuptools writes, and where a line of a file leads to no folder of the trees it is not', async (t) => {
    const { mine, packages, python, asked } = setUp(t);
    mkdirSync(join(mine, 'made'));
    const lines = ['import __editable___shop_finder; …', '# a remark', join(mine, 'made'), '/usr'];
    writeFileSync(join(packages, 'shop.pth'), `${lines.join('\n')}\n`);
    assert.equal(await asked(python), null);
    writeFileSync(
      join(packages, '__editable___shop_1_0_finder.py'),
      `import sys\nMAPPING: dict[str, str] = {'shop': '${join(mine, 'src', 'shop')}'}\n`,
    );
    assert.match((await asked(python)) ?? '', /its folder src\)/);
  });

  it('A linked package is not imported where the arm’s own comes first: by PYTHONPATH, by where it works, by an argument', async (t) => {
    const { mine, base, packages, python, asked } = setUp(t);
    writeFileSync(join(packages, 'shop.pth'), `${join(mine, 'src')}\n`);
    const own = join(base, 'src');
    assert.equal(await asked(python, { env: { PYTHONPATH: `/x:${own}` } }), null);
    assert.equal(await asked(python, { cwd: own }), null);
    assert.equal(await asked(python, { args: [...UP, '--app-dir=src'] }), null);
    assert.match((await asked(python, { env: { PYTHONPATH: '/x' } })) ?? '', /its folder src/);
  });

  it('A linked package is not imported by a tool that is given a file of the arm’s own, and is by that file itself', async (t) => {
    const { mine, base, packages, python, asked } = setUp(t);
    writeFileSync(join(packages, 'shop.pth'), `${join(mine, 'src')}\n`);
    const main = join('src', 'shop', 'main.py');
    writeFileSync(join(base, 'src', 'shop', '__init__.py'), '');
    writeFileSync(join(base, main), UP.slice(1).join('\n'));
    for (const given of [
      ['run', main],
      ['--app', `${main}:app`],
      ['--app', 'src/shop'],
    ]) {
      assert.equal(await asked(python, { args: [...UP, ...given] }), null, given.join(' '));
    }
    assert.equal(await asked(python, { env: { FLASK_APP: main } }), null);
    // Python looks into the folder of its script alone.
    assert.match((await asked(python, { args: [main] })) ?? '', /its folder src/);
  });

  it('A linked package is not told of a worker, which has from its parent where to look', async (t) => {
    const { mine, packages, python, asked } = setUp(t);
    writeFileSync(join(packages, 'shop.pth'), `${join(mine, 'src')}\n`);
    const worker = 'from multiprocessing.spawn import spawn_main; spawn_main(pipe_handle=7)';
    assert.equal(await asked(python, { args: [...UP, worker, '--multiprocessing-fork'] }), null);
    assert.match((await asked(python)) ?? '', /its folder src/);
  });

  it('A linked package is imported by its own program all the same, which does not look where it was started', async (t) => {
    const { mine, packages, venv, python, asked } = setUp(t);
    writeFileSync(join(packages, 'shop.pth'), `${mine}\n`);
    record(packages, mine, ['shop']);
    assert.equal(await asked(python, { args: [...UP, join(venv, 'bin', 'gunicorn')] }), null);
    // As `python -m shop` and `flask --app shop`: these look where they were started first.
    assert.equal(await asked(python, { args: [...UP, '-m', 'shop'] }), null);
    const why = (await asked(python, { args: [...UP, join(venv, 'bin', 'shop')] })) ?? '';
    assert.match(why, /\(its root\)/);
    assert.match(why, /`PYTHONPATH=\{dir\}` before/);
  });

  it('A linked package is told of a Python that is found by PATH, and not of another one beside it', async (t) => {
    const { root, mine, packages, venv, asked } = setUp(t);
    writeFileSync(join(packages, 'shop.pth'), `${join(mine, 'src')}\n`);
    const env = { PATH: `${join(venv, 'bin')}:${process.env.PATH}` };
    assert.match((await asked('python3.12', { env })) ?? '', /its folder src/);
    const other = join(root, 'other', 'bin');
    mkdirSync(other, { recursive: true });
    copyFileSync('/bin/sh', join(other, 'python3.12'));
    writeFileSync(join(root, 'other', 'pyvenv.cfg'), '');
    assert.equal(await asked(join(other, 'python3.12'), { env }), null);
  });

  it('A linked package is named as the start command of one of several projects must have it', async (t) => {
    const { mine, packages, python, asked } = setUp(t);
    writeFileSync(join(packages, 'shop.pth'), `${join(mine, 'src', 'shop')}\n`);
    assert.match((await asked(python, { root: 'src' })) ?? '', /PYTHONPATH=\{dir\}\/shop`/);
  });

  it('A linked package is named with every other one, also where it lies beside the folder of the server', async (t) => {
    const { root, mine, base, packages, python, asked } = setUp(t);
    for (const dir of [mine, base]) mkdirSync(join(dir, 'lib'));
    writeFileSync(join(packages, 'shop.pth'), `${join(mine, 'src')}\n${join(mine, 'lib')}\n`);
    const why = (await asked(python, { root: 'src', cwd: root })) ?? '';
    assert.match(why, /\(its folder src, its folder lib\)/);
    assert.match(why, /`PYTHONPATH=\{dir\}:\{dir\}\/\.\.\/lib` before/);
  });

  it('A linked package is not told of another version of Python, nor of one that has written over what it was told', async (t) => {
    const { mine, packages, venv, python, asked } = setUp(t);
    const older = join(venv, 'lib', 'python3.11', 'site-packages');
    mkdirSync(older, { recursive: true });
    writeFileSync(join(older, 'shop.pth'), `${join(mine, 'src')}\n`);
    assert.equal(await asked(python), null);
    writeFileSync(join(packages, 'shop.pth'), `${join(mine, 'src')}\n`);
    assert.match((await asked(python)) ?? '', /its folder src/);
    assert.equal(await asked('/usr/bin/env', { args: ['-i', python, ...UP] }), null);
  });
});

describe('a server that is led into the working copy', linux, () => {
  it('A server in the working copy is told by a script that it runs there, and by where it works', async (t) => {
    const { mine, asked } = setUp(t);
    const script = join(mine, 'server.js');
    assert.match(
      (await asked(process.execPath, { args: [script] })) ?? '',
      /^base's server runs files of your working copy \(\S+mine\/server\.js\)/,
    );
    assert.match(
      (await asked(process.execPath, { args: ['-e', WAITS], cwd: join(mine, 'src') })) ?? '',
      /^base's server works in your working copy \(\S+mine\/src\)/,
    );
  });

  it('A program of the build that works in the working copy is its own code, and what it reads there is told', async (t) => {
    const { mine, base, asked } = setUp(t);
    const reads = /^works in your working copy \(\S+mine\/src\): files that it reads there/;
    const cwd = join(mine, 'src');
    const script = join(base, 'server.js');
    assert.match((await asked(process.execPath, { args: [script], cwd })) ?? '', reads);
    const program = join(base, 'shop');
    copyFileSync('/bin/sh', program);
    assert.match((await asked(program, { cwd })) ?? '', reads);
    // These look for code where they work.
    mkdirSync(join(base, 'env'));
    const gunicorn = join(base, 'env', 'gunicorn');
    writeFileSync(gunicorn, WAITS, { mode: 0o755 });
    const works = /^base's server works in your working copy/;
    assert.match((await asked(process.execPath, { args: [gunicorn], cwd })) ?? '', works);
    const config = join(base, 'gunicorn.conf.js');
    writeFileSync(config, '');
    for (const args of [
      [gunicorn, '-c', config],
      [gunicorn, `--config=${config}`],
    ]) {
      assert.match((await asked(process.execPath, { args, cwd })) ?? '', works);
    }
  });

  it('A web server whose configuration leads into the working copy is told, and is invalid where it answers with nothing else', async (t) => {
    const { root, mine, base, asked } = setUp(t);
    // Only its name counts here.
    const nginx = join(root, 'nginx');
    copyFileSync('/bin/sh', nginx);
    const configured = async (text: string, program = nginx) => {
      writeFileSync(join(base, 'nginx.conf'), 'http { include conf.d/*.conf; }\n');
      for (const folder of ['conf.d', 'snippets'])
        mkdirSync(join(base, folder), { recursive: true });
      writeFileSync(join(base, 'snippets', 'api.conf'), 'location / { proxy_pass http://a; }');
      writeFileSync(join(base, 'conf.d', 'shop.conf'), text);
      return (await asked(program, { args: [...UP, '-c', 'nginx.conf'] })) ?? '';
    };
    const serves = `server {\n  # root /srv;\n  root ${mine}/src;\n`;
    assert.match(
      await configured(`${serves}}`),
      /^base's server serves files of your working copy \(\S+mine\/src\): .*\{dir\}$/,
    );
    for (const passing of [
      'location /api { proxy_pass http://127.0.0.1:9; }',
      "location /a { return 200 'ok'; }",
      `location ~ php { fastcgi_pass unix:/a; fastcgi_param SCRIPT_FILENAME ${base}/a.php; }`,
      // A program that speaks FastCGI itself.
      'location /api { fastcgi_pass unix:/a; }',
      // From the folder of the first file.
      'include snippets/api.conf;',
      'include of-another-folder.conf;',
      'location /b { root src; }',
    ]) {
      assert.match(await configured(`${serves}${passing} }`), /^serves files of your working copy/);
    }
    const built = join(base, 'nginx');
    copyFileSync('/bin/sh', built);
    assert.match(await configured(`${serves}}`, built), /^serves files of your working copy/);
    const ofRoot = 'fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;';
    assert.match(await configured(`${serves}${ofRoot} }`), /^base's server serves files/);
    assert.match(
      await configured(`${serves}location /a { root /srv/a; } }`),
      /^serves files of your working copy/,
    );
    for (const sound of ['root src;', `root ${base}/src;`, 'root /srv;', `# root ${mine}/src;`]) {
      assert.equal(await configured(`server {\n${sound}\n}`), '', sound);
    }
  });

  it('A server is not told of its own tree, nor of what only the working copy has, such as tools in a folder that git ignores', async (t) => {
    const { mine, asked } = setUp(t);
    assert.equal(await asked(process.execPath, { args: ['server.js'] }), null);
    const tool = join(mine, '.venv', 'tool.js');
    mkdirSync(join(mine, '.venv'));
    writeFileSync(tool, WAITS);
    assert.equal(await asked(process.execPath, { args: [tool] }), null);
  });

  it('A server is not told of packages of others that its build has linked, and is of what was made before', async (t) => {
    const { mine, base, asked } = setUp(t);
    for (const folder of ['node_modules', 'dist']) {
      mkdirSync(join(mine, folder));
      writeFileSync(join(mine, folder, 'up.js'), WAITS);
      symlinkSync(join(mine, folder), join(base, folder));
    }
    assert.equal(await asked(process.execPath, { args: ['node_modules/up.js'] }), null);
    const why = await asked(process.execPath, { args: ['dist/up.js'] });
    assert.match(why ?? '', /runs files of your working copy \(\S+mine\/dist\/up\.js\)/);
  });

  it('A server that runs the folder which its own build alone was made of runs its own code', async (t) => {
    const { mine, asked } = setUp(t);
    const args = [join(mine, 'server.js')];
    // The working copy is head's.
    assert.equal(await asked(process.execPath, { args, arm: 'head' }), null);
    assert.equal(await asked(process.execPath, { args, given: 'base' }), null);
    const why = await asked(process.execPath, { args, given: 'base', arm: 'head' });
    assert.match(why ?? '', /^head's server runs files of your working copy/);
  });
});
