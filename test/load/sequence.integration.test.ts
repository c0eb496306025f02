import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { HttpRequest } from '../../src/config/experiment/scenario.ts';
import { RequestSequence } from '../../src/load/sequence.ts';
import { fc } from '../support/properties.ts';
import { request } from './servers.ts';

const ROOT = tmpdir();

/** The paths of the first so many requests. */
function paths(sequence: RequestSequence, count: number): string[] {
  return Array.from({ length: count }, (_, i) => sequence.variants[sequence.at(i)]?.path ?? '?');
}

const kinds = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 50 }), ids: fc.boolean() }), {
  minLength: 1,
  maxLength: 12,
});

function requestsOf(wanted: { weight: number; ids: boolean }[]): HttpRequest[] {
  return wanted.map(({ weight, ids }, i) =>
    request({ path: `/${i}/{id}`, weight, ids: ids ? { from: 1, to: 9 } : null }),
  );
}

/** In one round of the order: how often the kinds of each weight are sent, the counts sorted. */
function placesByWeight(weights: readonly number[]): Map<number, number[]> {
  const sequence = new RequestSequence(
    weights.map((weight, kind) => request({ path: `/${kind}`, weight })),
    ROOT,
  );
  const counts = weights.map(() => 0);
  for (const place of paths(sequence, sequence.length)) {
    const kind = Number(place.slice(1));
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  const heaviestLast = [...new Set(weights)].sort((a, b) => a - b);
  return new Map(
    heaviestLast.map((weight) => [
      weight,
      counts.filter((_, kind) => weights[kind] === weight).sort((a, b) => a - b),
    ]),
  );
}

describe("a scenario's sequence of requests", () => {
  it("A scenario's sequence of requests is one request again and again when there is only one", () => {
    const sequence = new RequestSequence([request({ path: '/{id}' })], ROOT);
    assert.equal(sequence.length, 1);
    assert.deepEqual(paths(sequence, 3), ['/{id}', '/{id}', '/{id}']);
  });

  it("A scenario's sequence of requests is the same each time, has every kind as often as its weight says, and repeats", () => {
    fc.assert(
      fc.property(kinds, (wanted) => {
        const requests = requestsOf(wanted);
        const sequence = new RequestSequence(requests, ROOT);
        const { length } = sequence;
        const once = paths(sequence, length);
        assert.deepEqual(paths(new RequestSequence(requests, ROOT), length), once);
        assert.deepEqual(paths(sequence, 2 * length).slice(length), once);
        const total = wanted.reduce((sum, { weight }) => sum + weight, 0);
        for (const [kind, { weight, ids }] of wanted.entries()) {
          const own = once.filter((path) => path.startsWith(`/${kind}/`));
          assert.ok(own.length >= 1);
          assert.ok(Math.abs(own.length - (length * weight) / total) < 1);
          assert.ok(own.every((path) => (ids ? /\/[1-9]$/ : /\/\{id\}$/).test(path)));
        }
        assert.equal(new Set(once).size, sequence.variants.length, 'no request is kept twice');
      }),
      { numRuns: 60 },
    );
  });

  it("A scenario's sequence of requests gives a kind its share wherever it stands in the list", () => {
    const weights = fc.oneof(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 40 }),
      // Many rare ones and a few that are not.
      fc
        .tuple(
          fc.array(fc.constant(1), { minLength: 1, maxLength: 600 }),
          fc.array(fc.constantFrom(2, 500, 1000), { minLength: 1, maxLength: 300 }),
        )
        .map((parts) => parts.flat()),
    );
    fc.assert(
      fc.property(
        weights.chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
          ),
        ),
        ([list, shuffled]) => {
          const places = placesByWeight(list);
          assert.deepEqual(placesByWeight(shuffled), places);
          const length = Math.max(4096, 16 * list.length);
          const total = list.reduce((sum, weight) => sum + weight, 0);
          for (const [weight, counts] of places) {
            const share = (length * weight) / total;
            for (const count of counts) {
              // What rare kinds have too much is less than one place in sixteen.
              assert.ok(count >= 1 && count < Math.max(1, share) + 1, `${count} for ${share}`);
              assert.ok(count > (share * 15) / 16 - 1, `${count} for ${share}`);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("A scenario's sequence of requests gives the one heavy kind its fifth, first or last", () => {
    const light = Array<number>(4000).fill(1);
    for (const list of [
      [1000, ...light],
      [...light, 1000],
    ]) {
      const [heavy] = placesByWeight(list).get(1000) ?? [];
      assert.equal(heavy, Math.round((16 * 4001) / 5));
    }
  });

  it("A scenario's sequence of requests mixes the kinds instead of sending one after the other", () => {
    const sequence = new RequestSequence([request({ path: '/a' }), request({ path: '/b' })], ROOT);
    const early = paths(sequence, 100).filter((path) => path === '/a').length;
    assert.ok(early > 20 && early < 80, `${early} of the first 100`);
  });

  it("A scenario's sequence of requests begins elsewhere in each process that shares the load", () => {
    const requests = requestsOf([{ weight: 1, ids: true }]);
    const one = new RequestSequence(requests, ROOT);
    const other = new RequestSequence(requests, ROOT, { index: 1, of: 2 });
    const half = one.length / 2;
    assert.deepEqual(paths(other, half), paths(one, one.length).slice(half));
    assert.deepEqual(other.variants, one.variants);
  });

  it("A scenario's sequence of requests puts the id into path, headers, body and expected body", () => {
    const sequence = new RequestSequence(
      [
        request({
          method: 'POST',
          path: '/{id}?again={id}',
          headers: { 'x-id': 'no {id}' },
          body: '{"id":{id}}',
          ids: { from: 7, to: 7 },
          expect: { status: 201, body: 'made {id}' },
        }),
      ],
      ROOT,
    );
    const { body, expectedBody, ...rest } = sequence.variants[0] ?? assert.fail();
    assert.deepEqual(rest, {
      method: 'POST',
      path: '/7?again=7',
      headers: [['x-id', 'no 7']],
      expectedStatus: 201,
    });
    assert.equal(String(body), '{"id":7}');
    assert.equal(String(expectedBody), 'made 7');
  });

  it("A scenario's sequence of requests keeps a body without an id once, whether it is a text or a file", () => {
    const root = mkdtempSync(join(tmpdir(), 'sequence-'));
    try {
      // No text: it must come through byte for byte.
      const bytes = Buffer.from([0xff, 0x00, 0x7b, 0x69, 0x64, 0x7d]);
      writeFileSync(join(root, 'body.bin'), bytes);
      const bodyFile = { path: 'body.bin', bytes: bytes.length, sha256: '' };
      const ids = { from: 1, to: 100 };
      const expect = { status: 200, body: 'same' };
      const { variants } = new RequestSequence(
        [
          request({ path: '/file/{id}', ids, bodyFile, expect }),
          request({ path: '/text/{id}', ids, body: 'text', expect }),
        ],
        root,
      );
      for (const [kind, body] of [
        ['/file', bytes],
        ['/text', Buffer.from('text')],
      ] as const) {
        const own = variants.filter(({ path }) => path.startsWith(kind));
        assert.ok(own.length > 90);
        assert.deepEqual(own[0]?.body, body);
        assert.ok(own.every((variant) => variant.body === own[0]?.body));
        assert.ok(own.every(({ expectedBody }) => expectedBody === own[0]?.expectedBody));
      }
      assert.throws(
        () => new RequestSequence([request({ bodyFile })], join(root, 'elsewhere')),
        /ENOENT.*body\.bin/,
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it("A scenario's sequence of requests refuses bodies that would fill the memory", () => {
    const body = `{id}${'x'.repeat(200_000)}`;
    assert.throws(
      () =>
        new RequestSequence(
          [request({ method: 'POST', body, ids: { from: 1, to: 1_000_000 } })],
          ROOT,
        ),
      /POST \/: bodies with \{id\} in them take over 256 MiB/,
    );
  });
});
