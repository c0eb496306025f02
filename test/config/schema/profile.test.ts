/** `profile` of a server: what may be written, and what is told of what nobody could find. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaint, load } from '../repository.ts';

async function profileOf(yaml: string) {
  const { servers } = await load(`servers: { api: { start: x, profile: ${yaml} } }`);
  return servers[0]?.profile;
}
const complaintOf = (yaml: string) =>
  complaint(load(`servers: { api: { start: x, profile: ${yaml} } }`));

test('A profile is a command, or a map of what takes it and how long', async () => {
  const command = 'py-spy --pid {pid} -o {out}/a.folded';
  assert.deepEqual(await profileOf(`'${command}'`), { command, start: null, durationMs: 5000 });
  assert.deepEqual(await profileOf(`{ start: 'node --cpu-prof-dir={out} x', duration: 2s }`), {
    command: null,
    start: 'node --cpu-prof-dir={out} x',
    durationMs: 2000,
  });
  const { servers } = await load('servers: { api: { start: x } }');
  assert.equal('profile' in (servers[0] ?? {}), false);
});

test('A profile that nobody takes, or that nobody could find, is a mistake before anything is built', async () => {
  assert.match(await complaintOf('{ duration: 5s }'), /profile: nothing takes the profile/);
  assert.match(await complaintOf('{}'), /profile: nothing takes the profile/);
  assert.match(await complaintOf(`'perf record -p {pid}'`), /no command of it names `\{out\}`/);
  assert.match(await complaintOf('{ command: perf }'), /no command of it names `\{out\}`/);
  assert.match(
    await complaintOf(`{ start: 'x {pid} {out}' }`),
    /profile\.start: `\{pid\}` means nothing in `start`/,
  );
  assert.match(await complaintOf(`'x {out} {socket}'`), /`\{socket\}` means nothing here/);
});

test('Wrong values are told as those of any other key', async () => {
  for (const [yaml, told] of [
    [
      `{ command: 'x {out}', duration: 11s }`,
      /duration: found "11s"; allowed: a duration from 1s to 10s/,
    ],
    [`{ command: 'x {out}', secs: 5 }`, /secs: unknown key/],
    ['5', /profile: found 5; allowed: a command, or a map of command, start, duration/],
    ['', /profile: found nothing/],
  ] as const) {
    assert.match(await complaintOf(yaml), told);
  }
});
