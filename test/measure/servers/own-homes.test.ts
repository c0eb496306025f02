import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownHomes } from '../../../src/measure/servers/own-homes.ts';

test('Each build has a home for pm2 beside its log, of the same length', () => {
  const [base, head] = (['base', 'head'] as const).map((arm) =>
    ownHomes({ logFile: `/tmp/run/logs/api-${arm}.log`, arm }),
  );
  assert.deepEqual(base, {
    PM2_HOME: '/tmp/run/logs/pm2-base',
    PM2_LOG_FILE_PATH: '/tmp/run/logs/api-base.log',
  });
  assert.equal(head?.PM2_HOME?.length, base?.PM2_HOME?.length);
});

test('pm2 keeps its usual home where its sockets would have a path of more than 103 bytes', () => {
  const homeIn = (folder: string) => ownHomes({ logFile: `${folder}/x.log`, arm: 'head' }).PM2_HOME;
  const longest = `/${'l'.repeat(103 - '//pm2-head/rpc.sock'.length)}`;
  assert.equal(`${homeIn(longest)}/rpc.sock`.length, 103);
  assert.equal(homeIn(`${longest}l`), undefined);
});
