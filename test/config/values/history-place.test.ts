import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toSettings } from '../../../src/commands/settings-flags.ts';
import { loadExperiment } from '../../../src/config/load.ts';
import { flagsOf } from '../../../src/config/settings/flags.ts';
import {
  HistoryPlace,
  historyPlace,
  historyPlaceText,
} from '../../../src/config/values/history-place.ts';
import { readInputs, settingsOf } from '../../../src/github/inputs.ts';
import { CONFIG, complaint, flags, load, repository } from '../repository.ts';

const file = (gate: string) => `servers: { api: { start: node server.js } }\ngate: { ${gate} }\n`;

test('A history is in no place, on a branch, in the cache or in a folder', () => {
  const places: [string, HistoryPlace][] = [
    ['none', { kind: 'none' }],
    ['cache', { kind: 'cache' }],
    ['branch', { kind: 'branch', name: 'throughput-gate-history' }],
    ['branch:perf/history', { kind: 'branch', name: 'perf/history' }],
    ['directory:/var/lib/a b', { kind: 'directory', path: '/var/lib/a b' }],
    ['directory:../x:y', { kind: 'directory', path: '../x:y' }],
  ];
  for (const [written, place] of places) {
    assert.deepEqual(historyPlace.parse(` ${written} `), place);
    assert.equal(historyPlaceText(HistoryPlace.parse(place)), written);
  }
  // As a key of YAML has it; a folder whose name begins with a space is nobody's wish.
  const spaced = historyPlace.parse('directory: /var/lib/x');
  assert.deepEqual(spaced, { kind: 'directory', path: '/var/lib/x' });
});

test('What is no place is a mistake, with what may be meant', async () => {
  const told = async (written: string) =>
    complaint(load(file(`history: ${JSON.stringify(written)}`)));
  assert.match(
    await told('dir:/x'),
    /gate\.history: found "dir:\/x"; allowed: `branch`.*write directory:\/x/s,
  );
  assert.match(await told('./history'), /for a folder, write directory:\.\/history/);
  assert.match(await told('directory:'), /write which one: directory:PATH/);
  assert.match(await told('directory: '), /write which one: directory:PATH/);
  for (const unfilled of ['~/history', '~', '$HOME/history', ` \${RUNNER}/history`, '/mnt/$USER']) {
    assert.match(await told(`directory:${unfilled}`), /neither `~` nor variables are filled in/);
  }
  for (const name of [
    '-x',
    'a..b',
    'a b',
    'x.lock',
    '/a',
    'a/',
    'HEAD',
    'refs/heads/x',
    '@',
    'a\u0007',
  ]) {
    assert.match(await told(`branch:${name}`), /cannot be the name of a branch/, name);
  }
  assert.match(
    await complaint(load(file('history: true'))),
    /`branch` needs `permissions: \{ contents: write \}`/,
  );
  assert.match(await complaint(load(file('budget: 60s'), flags({ history: 'x' }))), /^--history: /);
});

test('None is kept unless somebody says where; a setting wins over the file, and is in no command to repeat', async () => {
  const historyOf = async (text: string, settings = {}) => {
    await using folder = await repository({ [CONFIG]: text });
    return (await loadExperiment({ root: folder.root, settings })).history;
  };
  assert.deepEqual(await historyOf(file('budget: 60s')), { kind: 'none' });
  assert.deepEqual(await historyOf(file('history: cache')), { kind: 'cache' });
  const input = settingsOf(readInputs({ INPUT_HISTORY: 'branch' }));
  assert.deepEqual(await historyOf(file('history: cache'), input), {
    kind: 'branch',
    name: 'throughput-gate-history',
  });
  assert.deepEqual(flagsOf(toSettings({ history: 'cache' })), []);
});
