import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GitTrouble, gitTrouble } from '../../src/checkout/git-trouble.ts';

const HUNG_UP = 'fatal: the remote end hung up unexpectedly';

const SAID: readonly (readonly [GitTrouble, string])[] = [
  ['rule', 'remote: error: GH006: Protected branch update failed for refs/heads/x.'],
  ['moved', ' ! [rejected] abc -> x (stale info)'],
  ['forbidden', 'fatal: unable to access: The requested URL returned error: 403'],
  ['forbidden', 'remote: Permission to octo/app.git denied to ada.'],
  ['unknown', "fatal: Authentication failed for 'https://github.com/octo/app/'"],
  ['unknown', "fatal: repository 'https://github.com/octo/app/' not found"],
  ['unknown', `git@github.com: Permission denied (publickey).\n${HUNG_UP}`],
  ['unknown', 'Host key verification failed.\nfatal: Could not read from remote repository.'],
  ['no-repository', "fatal: '/srv/app.git' does not appear to be a git repository"],
  ['gone', `fatal: remote error: upload-pack: not our ref ${'e'.repeat(40)}\n${HUNG_UP}`],
  ['gone', `error: Server does not allow request for unadvertised object ${'e'.repeat(40)}`],
  ['gone', "fatal: couldn't find remote ref x"],
  ['disk', `fatal: write error: No space left on device\n${HUNG_UP}`],
  ['passing', 'fatal: unable to access: The requested URL returned error: 503'],
  ['passing', 'error: RPC failed; HTTP 429 curl 22 The requested URL returned error: 429'],
  [
    'passing',
    "fatal: unable to access: Failed to connect to a.b port 1: Couldn't connect to server",
  ],
  ['passing', 'fatal: unable to access: Could not resolve host: github.com'],
  [
    'passing',
    'fatal: unable to access: gnutls_handshake() failed: The TLS connection was terminated',
  ],
  [
    'passing',
    'error: RPC failed; curl 28 Operation too slow. Less than 1000 bytes/sec transferred',
  ],
  ['passing', HUNG_UP],
  ['endless', 'no end after 10 minutes, so it was stopped. Is https://a.b slow or out of reach?'],
  ['other', 'fatal: not a tree object'],
  ['other', ''],
];

for (const [trouble, words] of SAID) {
  test(`Git that says ${JSON.stringify(words.slice(0, 60))} has trouble of the kind ${trouble}`, () => {
    assert.equal(gitTrouble(words), trouble);
  });
}
