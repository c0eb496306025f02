/** What a build installs for the whole machine, the other arm's build installs again: then there are not two builds. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import { commit, initRepo } from '../support/git.ts';
import { type Installed, install, readJson } from './cli.ts';

const SERVER = `require('node:http').createServer((q, a) => a.end('ok')).listen(process.env.PORT);`;

let cli: Installed;
let repo: string;
before(() => {
  cli = install();
  repo = initRepo(join(cli.dir, 'repo'));
  commit(repo, { 'server.js': `${SERVER} // base` }, 'base');
  commit(repo, { 'server.js': `${SERVER} // head` }, 'head');
});
after(() => {
  assert.deepEqual(cli.leftovers(), []);
  cli.remove();
});

const linux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

test('A server that both builds put in one place is not compared with itself', linux, async () => {
  const place = join(cli.dir, 'opt');
  mkdirSync(place);
  const config = join(cli.dir, 'gate.yml');
  const api = { build: `cp server.js ${place}/`, start: `node ${place}/server.js` };
  writeFileSync(config, JSON.stringify({ servers: { api } }));
  const out = join(cli.dir, 'out');
  const args = ['run', '--base', 'HEAD~1', '--config', config, '--budget', '5s', '--out', out];
  const { code, stdout } = await cli.run(args, { cwd: repo });
  assert.equal(code, 3, stdout);
  const { subjects } = Measurement.parse(readJson(join(out, 'measurement.json')));
  const failure = subjects[0]?.failure;
  assert.equal(failure?.arm, null);
  assert.match(
    failure?.message ?? '',
    /^base's build wrote files that head's server runs as well \(\S+\/opt\/server\.js\)/,
  );
  assert.doesNotMatch(stdout, /unchanged/i);
});
