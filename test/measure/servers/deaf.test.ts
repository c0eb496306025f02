/** Why a process is not ended by a signal. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { deafTo } from '../../../src/measure/servers/deaf.ts';
import { killedText, type Unheard } from '../../../src/measure/servers/stop.ts';
import { STOP } from '../../support/manners.ts';

/** Bit 14 is SIGTERM, bit 1 SIGINT. */
const status = (ignored: string, caught: string, pids = '4711') =>
  `Name:\tnode\nNSpid:\t${pids}\nSigIgn:\t${ignored}\nSigCgt:\t${caught}\n`;

it('The kernel tells whether a process has a signal ignored, or is the first of a namespace and does not handle it', () => {
  const none = '0000000000000000';
  const term = '0000000000004000';
  assert.equal(deafTo('SIGTERM', status(term, none)), 'ignores');
  assert.equal(deafTo('SIGINT', status(term, none)), null);
  assert.equal(deafTo('SIGTERM', status(none, none, '4711\t1')), 'first');
  assert.equal(deafTo('SIGTERM', status(none, term, '4711\t1')), null);
  assert.equal(deafTo('SIGTERM', status(none, none)), null);
  assert.equal(deafTo('SIGTERM', ''), null);
});

it('Of a server that the signal could not end it is said why', () => {
  const told = (deaf?: Unheard) =>
    killedText({ killed: ['it'], command: null, files: [], isPart: false, deaf }, STOP, 'flags');
  assert.match(told('ignores') ?? '', /10s after SIGTERM \(SIGTERM is ignored there/);
  assert.match(
    told('anew') ?? '',
    /starts itself anew at SIGTERM, as uWSGI does.*or its master replaced a worker/,
  );
  assert.match(told('first') ?? '', /process 1 of a namespace.*only if it handles it\)$/);
  assert.match(told() ?? '', /10s after SIGTERM$/);
});
