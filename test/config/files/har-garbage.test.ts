import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpRequest } from '../../../src/config/experiment/scenario.ts';
import { readHar } from '../../../src/config/files/har.ts';
import { headerName, headerValue, method, urlPath } from '../../../src/config/values/values.ts';
import { fc } from '../../support/properties.ts';

/** Mostly a good value, rarely anything. */
function mostly<T>(good: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: good }, { weight: 1, arbitrary: fc.jsonValue() });
}

const names = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom(
      'Accept',
      'accept',
      'cookie',
      'Host',
      ':path',
      'TE',
      'if-none-match',
    ),
  },
  { weight: 9, arbitrary: fc.stringMatching(/^[a-z]{1,3}$/) },
  { weight: 1, arbitrary: fc.oneof(fc.constant('__proto__'), fc.string({ maxLength: 2 })) },
);
const urls = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('http://a.test/', 'http://a.test/x?y=1#z') },
  { weight: 2, arbitrary: fc.webUrl({ withQueryParameters: true, withFragments: true }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'data:,x',
      'wss://a.test/',
      'http://a.test/[|]^"<é',
      'http://a.test/{arm}',
      '',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }).map((text) => `http://a.test/${text}`) },
);
const entry = fc.record(
  {
    request: mostly(
      fc.record(
        {
          method: mostly(fc.constantFrom('GET', 'GET', 'POST', 'POST', 'CONNECT')),
          url: mostly(urls),
          headers: mostly(
            fc.array(mostly(fc.record({ name: mostly(names), value: mostly(fc.string()) })), {
              maxLength: 4,
            }),
          ),
          postData: mostly(
            fc.record(
              {
                text: mostly(
                  fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.constant('\ud800')),
                ),
                encoding: mostly(fc.constantFrom('', null, null, 'base64')),
                params: mostly(fc.array(fc.constant({}), { maxLength: 1 })),
              },
              { requiredKeys: [] },
            ),
          ),
        },
        { requiredKeys: ['method', 'url'] },
      ),
    ),
    response: mostly(
      fc.record({ status: mostly(fc.constantFrom(0, 101, 200, 200, 200, 200, 204, 304, 500)) }),
    ),
  },
  { noNullPrototype: true },
);
const shaped = fc
  .record({
    log: mostly(
      fc.record({ entries: mostly(fc.array(mostly(entry), { minLength: 1, maxLength: 5 })) }),
    ),
  })
  .map((value) => JSON.stringify(value));
const texts = fc.oneof(
  { weight: 8, arbitrary: shaped },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc.tuple(shaped, fc.nat(), fc.string({ maxLength: 2 })).map(([text, at, middle]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + middle + text.slice(cut + 1);
    }),
  },
);

function numberOfEntries(text: string): number {
  return JSON.parse(text.replace(/^\uFEFF/, '')).log.entries.length;
}

function isSendable(request: HttpRequest): void {
  assert.deepEqual(HttpRequest.parse(request), request);
  assert.ok(method.safeParse(request.method).success, request.method);
  assert.ok(urlPath.safeParse(request.path).success, request.path);
  assert.ok(request.body === null || request.body.isWellFormed());
  assert.ok(request.expect.status >= 200 && request.expect.status <= 599);
  const headers = Object.entries(request.headers);
  assert.equal(new Set(headers.map(([name]) => name.toLowerCase())).size, headers.length);
  for (const [name, value] of headers) {
    assert.ok(headerName.safeParse(name).success, name);
    assert.ok(headerValue.safeParse(value).success, value);
    assert.ok(!['host', 'te', 'if-none-match'].includes(name.toLowerCase()), name);
  }
}

test('Any text makes requests that can be sent, or is told what is wrong and where', () => {
  const seen = { recordings: 0, mistakes: 0 };
  fc.assert(
    fc.property(texts, (text) => {
      const { recording, mistakes } = readHar(text, 4);
      if (recording === null) {
        seen.mistakes += 1;
        assert.ok(mistakes.length > 0);
        for (const mistake of mistakes) {
          assert.ok(mistake.message.length > 5);
          assert.ok(!/Invalid input|undefined/.test(mistake.message), mistake.message);
          assert.ok(
            mistake.entry === null ||
              (mistake.entry >= 1 && mistake.entry <= numberOfEntries(text)),
          );
        }
        return;
      }
      seen.recordings += 1;
      assert.deepEqual(mistakes, []);
      const { requests, leftOut, entries } = recording;
      assert.ok(requests.length >= 1 && requests.length <= 4);
      requests.forEach(isSendable);
      const used = requests.reduce((sum, { weight }) => sum + weight, 0);
      const others = leftOut.reduce((sum, reason) => sum + reason.entries, 0);
      assert.equal(used + others, entries);
    }),
    { numRuns: 12_000 },
  );
  // Both ways must really have been tried.
  assert.ok(seen.recordings > 1000 && seen.mistakes > 1000, JSON.stringify(seen));
});
