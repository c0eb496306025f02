import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settingsFrame } from '../../../src/load/http2/frames.ts';
import { fc } from '../../support/properties.ts';
import { answer } from './peer.ts';
import { inFlight, request } from './recorder.ts';
import { type Asked, goodAnswers } from './reference-reader.ts';
import { drawer, type Script, validScript } from './script.ts';

const expect = { status: 200, body: 'hello' };
const METHODS = ['GET', 'HEAD', 'GET', 'DELETE'] as const;
const REQUESTS = METHODS.map((method) =>
  request({ method, expect: method === 'HEAD' ? { status: 200, body: '' } : expect }),
);
const ASKED = new Map<number, Asked>(
  METHODS.map((method, index) => [2 * index + 1, { isHead: method === 'HEAD', ...expect }]),
);

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 5 });
const seed = fc.integer({ min: 0, max: 2 ** 31 });

/** What is heard of the bytes behind the greeting, and what is answered to them. */
function converse(bytes: Buffer, pieces: readonly number[]) {
  const recorder = inFlight(REQUESTS);
  recorder.hear(bytes, pieces);
  return { heard: recorder.heard, sent: recorder.take(), left: recorder.channel.inFlight };
}

/** Streams that were answered well, in order. */
function goods(heard: readonly string[]): number[] {
  return heard.filter((line) => line.endsWith(': good')).map((line) => Number.parseInt(line, 10));
}

describe('an HTTP/2 channel, whatever comes', () => {
  it('An HTTP/2 channel, whatever comes reads every valid conversation alike, in any pieces', () => {
    fc.assert(
      fc.property(seed, sizes, (start, pieces) => {
        const { bytes, endings }: Script = validScript(METHODS, drawer(start));
        const { heard, sent, left } = converse(bytes, pieces);
        assert.equal(left, 0);
        assert.equal(heard.length, endings.length, heard.join('\n'));
        for (const [index, ending] of endings.entries()) {
          const prefix = `${2 * index + 1}: ${ending}`;
          assert.ok(
            heard.some((line) => line.startsWith(prefix)),
            `${prefix} in\n${heard.join('\n')}`,
          );
        }
        if (pieces.length > 0) assert.deepEqual(sent, converse(bytes, []).sent);
      }),
      { numRuns: 10_000 },
    );
  });

  it('An HTTP/2 channel, whatever comes never throws, never hangs and never flatters on damaged conversations', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(3)), {
      minLength: 1,
      maxLength: 4,
    });
    const seen = { cases: 0, good: 0, short: 0 };
    fc.assert(
      fc.property(seed, damage, sizes, (start, changes, pieces) => {
        const { bytes: valid } = validScript(METHODS, drawer(start));
        let bytes = Buffer.from(valid);
        for (const [where, byte, how] of changes) {
          const at = where % bytes.length;
          const changed = Buffer.from([byte]);
          const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
          if (how === 0) bytes = Buffer.concat([before, changed, behind.subarray(1)]);
          else if (how === 1) bytes = Buffer.concat([before, behind.subarray(1)]);
          else if (how === 2) bytes = Buffer.concat([before, changed, behind]);
          else bytes = Buffer.concat([before, behind, behind]);
        }
        const whole = converse(bytes, []);
        const inPieces = converse(bytes, pieces);
        assert.deepEqual(inPieces.heard, whole.heard);
        assert.deepEqual(inPieces.sent, whole.sent);
        const ended = whole.heard
          .filter((line) => /^\d/.test(line))
          .map((line) => line.split(':')[0]);
        assert.equal(new Set(ended).size, ended.length, 'a request ends once');
        assert.equal(ended.length + whole.left, METHODS.length, 'and no request is forgotten');
        const good = goods(whole.heard);
        // Neither more than a strict reading of the same bytes finds, nor less.
        assert.deepEqual(good, goodAnswers(bytes, ASKED), whole.heard.join('\n'));
        seen.cases++;
        seen.good += good.length;
        if (good.length < METHODS.length) seen.short++;
        const broken = whole.heard.findIndex((line) => line.startsWith('broken'));
        if (broken >= 0) assert.equal(broken, whole.heard.length - 1, 'nothing after the end');
      }),
      { numRuns: 10_000 },
    );
    assert.ok(seen.cases >= 10_000, `${seen.cases} cases`);
    // The comparison would say nothing if all were alike.
    assert.ok(seen.good > 5000 && seen.short > 5000, JSON.stringify(seen));
  });

  it('An HTTP/2 channel, whatever comes survives bytes at random', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        sizes,
        fc.boolean(),
        (random, pieces, framed) => {
          const bytes = Buffer.from(random);
          // Short frames of known types, so that more than their heads is looked at.
          for (let at = 0; framed && at + 9 <= bytes.length; ) {
            const length = (bytes[at] as number) % 24;
            bytes.set([0, 0, length, (bytes[at + 3] as number) % 11], at);
            bytes.set([0, 0, 0, (bytes[at + 8] as number) % 10], at + 5);
            at += 9 + length;
          }
          const whole = converse(bytes, []);
          const inPieces = converse(bytes, pieces);
          assert.deepEqual(inPieces.heard.map(kindOf), whole.heard.map(kindOf));
          assert.deepEqual(goods(whole.heard), goodAnswers(bytes, ASKED));
          assert.deepEqual(inPieces.sent, whole.sent);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('An HTTP/2 channel, whatever comes reads answers split at every byte', () => {
    const bytes = Buffer.concat([
      settingsFrame([]),
      ...[1, 3, 5, 7].map((id) => answer(id, 'hello')),
    ]);
    const [get] = REQUESTS;
    for (let cut = 1; cut < bytes.length; cut++) {
      const recorder = inFlight(Array.from({ length: 4 }, () => get as (typeof REQUESTS)[0]));
      recorder.hear(bytes, [cut, bytes.length]);
      assert.deepEqual(recorder.heard, ['1: good', '3: good', '5: good', '7: good']);
    }
  });
});

function kindOf(line: string): string {
  return line.split(':').slice(0, 2).join(':');
}
