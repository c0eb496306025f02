/** Sentences of the health checks that depend on the figures. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { HEALTH_SENTENCES } from '../../../src/report/findings/health-findings.ts';
import type { Words } from '../../../src/report/wording/names.ts';

const NAMES = { base: 'base', head: 'head' };

function burst(requests: number, engine: number, names: Words = NAMES): string {
  const say = HEALTH_SENTENCES['burst-disagrees'];
  const data = { burst: requests, engine };
  return say({ code: 'burst-disagrees', severity: 'warning', subject: 'base', data }, names);
}

it('A burst that is many times as fast as slices with pauses speaks of threads that wait for idle connections', () => {
  assert.match(burst(1317, 39), /^autocannon measured 1,317 req\/s .* no more connections than/);
  assert.match(burst(1317, 39, { ...NAMES, form: 'flags' }), /a longer `--warm-up` would help/);
  assert.match(burst(60, 39), /measured 39: distrust the absolute throughput\.$/);
  assert.match(burst(20, 39), /measured 39: distrust the absolute throughput\.$/);
});

it('A server that is idle while answers take long may have fewer threads than connections', () => {
  const say = HEALTH_SENTENCES['waiting-loop'];
  const told = (answerMs: number | null) => {
    const data = { generatorBusy: 0.01, serverBusy: 0.04, answerMs };
    return say({ code: 'waiting-loop', severity: 'doubt', subject: 'head', data }, NAMES);
  };
  assert.match(told(100), /fewer connections: no more than it has threads$/);
  for (const quick of [null, 2, 40]) assert.doesNotMatch(told(quick), /threads/);
});

it('Of two servers either one is said to be the one that throughput may show to be slower', () => {
  const names = { base: 'go', head: 'gleam' };
  const busy = { generatorBusy: 0.97, serverBusy: 0.6 };
  const limit = HEALTH_SENTENCES['generator-limit'];
  const ofGenerator = (subject: 'base' | 'head', words: Words) =>
    limit({ code: 'generator-limit', severity: 'warning', subject, data: busy }, words);
  assert.match(ofGenerator('head', NAMES), /: throughput is not judged\. /);
  assert.match(ofGenerator('base', NAMES), /can show that head is slower, and nothing else\. /);
  assert.match(ofGenerator('head', names), /: gleam may serve more than was seen, .* slower one/);
  assert.match(ofGenerator('base', names), /: go may serve more than was seen, .* slower one/);
  const wait = HEALTH_SENTENCES['waiting-loop'];
  const ofWait = (words: Words) => {
    const data = { generatorBusy: 0.1, serverBusy: 0.1, answerMs: 2 };
    return wait({ code: 'waiting-loop', severity: 'warning', subject: 'head', data }, words);
  };
  assert.match(ofWait(NAMES), /can show that head is slower, and nothing else/);
  assert.match(ofWait(names), /can show that one of the two is slower, and nothing else/);
});

it('A server that waits is told of the database that it asks, before what its 40 ms may be besides', () => {
  const say = HEALTH_SENTENCES['waiting-loop'];
  const data = { generatorBusy: 0.01, serverBusy: 0.11, answerMs: 39 };
  const told = (beside?: string[]) =>
    say(
      {
        code: 'waiting-loop',
        severity: 'doubt',
        subject: 'head',
        data: { ...data, ...(beside && { beside }) },
      },
      NAMES,
    );
  assert.match(told(['postgres', '<b>x`']), /It asks postgres, bx, /);
  assert.match(told(['postgres']), /It asks postgres, .* If it did not: About 40 ms/);
  assert.doesNotMatch(told(), /It asks/);
});

it('A wait beside other programs names them before a database or a lock', () => {
  const say = HEALTH_SENTENCES['waiting-loop'];
  const told = (others: number, generatorQueued: number) => {
    const lost = { others, generatorQueued };
    const data = { generatorBusy: 0.45, serverBusy: 0.4, answerMs: 0.3, lost };
    return say({ code: 'waiting-loop', severity: 'doubt', subject: 'head', data }, NAMES);
  };
  assert.match(
    told(0.21, 0.17),
    /Meanwhile others had 21% of the time of the cores, and the load generator waited for its core for 17% of the time; that may be why, so try it again on a quieter machine\. If it waits for a database/,
  );
  assert.match(told(0.21, 0.004), /Meanwhile others had 21% of the time of the cores; that/);
  assert.match(told(0, 0.17), /Meanwhile the load generator waited for its core for 17% of the/);
});

it('A queue of new connections that is full names how many may wait, and what was done', () => {
  const say = HEALTH_SENTENCES['listen-queue-full'];
  const data = { from: 32, to: 5, overflows: 14, requests: 128 };
  assert.match(
    say({ code: 'listen-queue-full', severity: 'warning', subject: null, data }, NAMES),
    /^base and head were loaded with 5 connections each, not 32: 14 new connections for 128 requests found the server's queue of them full, which holds 5,.*`connections`.*`request_queue_size`/,
  );
});

it('Connections of which some have no answer in their time are not said to take it', () => {
  const say = HEALTH_SENTENCES['connections-held'];
  const told = (isCutOff?: true) =>
    say(
      {
        code: 'connections-held',
        severity: 'warning',
        subject: null,
        data: {
          ...{ from: 32, to: 5, roundMs: 5000, fewerRoundMs: 25, isNamed: false },
          ...(isCutOff && { isCutOff }),
        },
      },
      NAMES,
    );
  assert.match(told(), /: 32 requests take 5 s on 32 connections, and 25 ms on 5\. /);
  assert.match(
    told(true),
    /: of 32 requests on 32 connections some have no answer in 5 s, and all of them take 25 ms on 5\. /,
  );
});
