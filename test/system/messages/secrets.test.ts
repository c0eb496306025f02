/** Secrets that a server sends back are shown in none of their forms. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { answerOf, shownAnswer } from '../../../src/load/unexpected.ts';
import { ServerFailure } from '../../../src/measure/failures/server-failure.ts';
import {
  aside,
  excerptsOf,
  ours,
  PrintedError,
  unmarked,
} from '../../../src/system/messages/printed.ts';
import { keepSecret, withoutSecrets } from '../../../src/system/messages/secrets.ts';

const SECRET = 'p@ss word/+=&"42';

it('A secret is taken out as it is, and as URLs, forms, JSON, hexadecimal digits and base64 write it', () => {
  keepSecret([SECRET, 'eu']);
  const bytes = Buffer.from(SECRET);
  const written = [
    SECRET,
    encodeURIComponent(SECRET),
    new URLSearchParams({ a: SECRET }).toString().slice(2),
    JSON.stringify(SECRET),
    bytes.toString('hex'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
  for (const one of written) {
    const shown = withoutSecrets(`before ${one} after`);
    assert.match(shown, /^before "?….{0,4} after$/, one);
  }
  for (const user of ['a', 'ab', 'abc', 'load']) {
    const basic = Buffer.from(`${user}:${SECRET}`).toString('base64');
    const shown = withoutSecrets(basic);
    assert.ok(shown.includes('…') && shown.length <= basic.length - 16, shown);
  }
  assert.equal(withoutSecrets('a server in eu'), 'a server in eu');
});

it('A secret is taken out as HTML, paths, forms of strict writers and JSON of other languages write it', () => {
  const secret = `o'n é<&>"/+a*b(c)`;
  keepSecret([secret]);
  const inJson = JSON.stringify(secret);
  const written = [
    `o&#39;n é&lt;&amp;&gt;&#34;/+a*b(c)`, // Go's templates
    `o&#x27;n é&lt;&amp;&gt;&quot;/+a*b(c)`, // Python, Node.js
    new URL(`http://a/${encodeURI(secret)}`).pathname.slice(1),
    // As RFC 3986 has it, and in small letters.
    'o%27n%20%C3%A9%3C%26%3E%22%2F%2Ba%2Ab%28c%29',
    'o%27n%20%c3%a9%3c%26%3e%22%2f%2ba%2ab%28c%29',
    inJson
      .replaceAll('<', '\\u003c')
      .replaceAll('>', '\\u003e')
      .replaceAll('&', '\\u0026')
      .replaceAll("'", '\\u0027'),
    inJson.replaceAll('/', '\\/').replaceAll('é', '\\u00e9'), // PHP
    inJson.replaceAll('é', '\\u00E9'), // Java
    JSON.stringify(inJson),
  ];
  for (const one of written) {
    assert.match(withoutSecrets(`before ${one} after`), /^before [\\"]*…[\\"]* after$/, one);
  }
});

it('A secret is taken out as traces of shells, and as quotation marks of other languages write it', () => {
  const secret = `q'7x"K\\9 w&V+2j$u%é4`;
  keepSecret([secret]);
  const bytes = [...Buffer.from(secret)];
  const written = [
    `'${secret.replaceAll("'", "'\\''")}'`, // set -x of bash and dash
    `'${secret.replaceAll("'", `'"'"'`)}'`,
    `"${secret.replace(/(["\\$])/g, '\\$1')}"`,
    secret.replace(/([^\w])/g, '\\$1'), // printf %q
    `'${secret.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`, // repr() of Python, var_export() of PHP
    `b'${bytes.map((byte) => (byte > 126 ? `\\x${byte.toString(16)}` : String.fromCharCode(byte))).join('')}'`,
    `'${secret.replaceAll("'", "''")}'`, // SQL, YAML
    `"${secret.replaceAll('"', '""')}"`, // CSV
    Object.assign(new URL('postgres://app@db/app'), { password: secret }).password,
    escape(secret), // Latin-1
    encodeURIComponent(JSON.stringify(secret)),
    JSON.stringify({ query: `a=${encodeURIComponent(secret)}` }),
  ];
  for (const one of written) {
    const shown = withoutSecrets(`before ${one} after`);
    assert.match(shown, /^before .{0,22}….{0,5} after$/, one);
    assert.doesNotMatch(shown, /7x|9|2j/, one);
  }
});

it('A secret with a tab and other letters is taken out as JSON, bash and C write these', () => {
  const secret = 'b-é\tand-a-tab';
  keepSecret([secret]);
  for (const one of [JSON.stringify(secret), "$'b-\\303\\251\\tand-a-tab'"]) {
    assert.doesNotMatch(withoutSecrets(`before ${one} after`), /tab|303/, one);
  }
  keepSecret(['C:\\new\\table-of-keys']);
  for (const one of ['C:\\new\\table-of-keys', JSON.stringify('C:\\new\\table-of-keys')]) {
    assert.doesNotMatch(withoutSecrets(`before ${one} after`), /table|keys/, one);
  }
});

it('A secret is taken out without the blanks at its ends, which many leave out', () => {
  keepSecret(['t4il-of-blanks \n']);
  assert.equal(withoutSecrets('got t4il-of-blanks.'), 'got ….');
});

it('Of a PEM file its own lines are taken out, and not those that each has', () => {
  keepSecret(['-----BEGIN PRIVATE KEY-----\nMIIEvQ-of-the-pem\n-----END PRIVATE KEY-----\n']);
  assert.equal(
    withoutSecrets('-----BEGIN PRIVATE KEY----- MIIEvQ-of-the-pem'),
    '-----BEGIN PRIVATE KEY----- …',
  );
});

it('Of a key in JSON each line is taken out, as it is printed by who has read it', () => {
  const key = '-----BEGIN PRIVATE KEY-----\\nMIIE-one-of-json\\nMIIE-two-of-json\\n';
  keepSecret([`{"id":"a-plain-id","key":"${key}"}`]);
  assert.equal(withoutSecrets('MIIE-one-of-json\nMIIE-two-of-json\n'), '…\n…\n');
});

it('A secret is taken out of a long text too where that is cut in the middle of it', () => {
  const secret = '{"user":"l0ng-user","token":"l0ng-token","last":"l0ng-last"}';
  keepSecret([secret]);
  for (const one of [secret, JSON.stringify(secret)]) {
    const shown = withoutSecrets(`${'x'.repeat(20_000)} ${one} end`);
    assert.doesNotMatch(shown, /l0ng/);
    assert.match(shown, / end$/);
  }
});

it('A word that only begins like a secret stays, and so does all that stands around one', () => {
  keepSecret(['k33p-the-rest']);
  assert.equal(withoutSecrets('k33p-the-red'), 'k33p-the-red');
  assert.equal(
    withoutSecrets('é "k33p-the-rest", \'x\' & 50% k33p-the-rest\\n 😀k33p-the-rest😀'),
    'é "…", \'x\' & 50% …\\n 😀…😀',
  );
});

it('What a server made of a secret is in no place, type or name of ours', () => {
  keepSecret(['s3cr3t-of-names']);
  assert.equal(ours('it left s3cr3t-of-names.pid'), 'it left ….pid');
  keepSecret(['S3cr3tOfNames']);
  assert.equal(ours('header x-s3cr3tofnames'), 'header x-…');
  const answer = answerOf({
    status: 302,
    contentType: 'text/s3cr3t-of-names',
    location: '/s3cr3t-of-names/a',
  });
  assert.deepEqual(shownAnswer(answer), { status: 302, contentType: 'text/…', location: '/…/a' });
  const failure = new ServerFailure('head', 'no-answer', 'got 302', null, { answer });
  assert.doesNotMatch(JSON.stringify(failure.of('pilot')), /s3cr3t/);
});

it('A secret that was cut off by the end of an excerpt is taken out as far as it is there', () => {
  keepSecret([SECRET]);
  const packed = Buffer.from(`Bearer ${SECRET}`).toString('base64');
  assert.equal(
    withoutSecrets(`the body "bad ${SECRET.slice(0, 8)}"… (85 bytes)`),
    'the body "bad …"… (85 bytes)',
  );
  assert.equal(withoutSecrets(`bad ${SECRET.slice(0, 8)}`), 'bad …');
  assert.match(withoutSecrets(`"${packed.slice(0, 22)}"…`), /^"QmVhcmVyI[^"]?…"…$/);
});

it('A secret that was cut off is found among very many that begin alike, and the longest of them counts', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `sk_live_${String(i).padStart(6, '0')}xyz`);
  keepSecret([...many, 'sk_live_"quoted"more']);
  assert.equal(withoutSecrets('it got "sk_live_0042'), 'it got "…');
  assert.equal(withoutSecrets('"sk_live_019999xy" and more'), '"…" and more');
  assert.equal(withoutSecrets('sk_live_019999xyz'), '…');
  // In as many places, each of which might be a beginning: more comparisons than anybody waits for, one by one.
  const line = 'sk_live_ is no secret. '.repeat(600);
  assert.equal(withoutSecrets(line.repeat(10)), line.repeat(10));
});

it('What others printed, and what is foreign in our sentences, is shown without secrets', () => {
  keepSecret([SECRET]);
  const message = `it failed${aside(` with body "bad ${SECRET}"`)}`;
  assert.equal(unmarked(message), 'it failed with body "bad …"');
  const error = new PrintedError(message, [{ by: 'server', lines: [`token ${SECRET}`, 'plain'] }]);
  assert.deepEqual(
    excerptsOf(error).flatMap(({ lines }) => lines),
    ['it failed with body "bad …"', 'token …', 'plain'],
  );
});

it('Every line of a file that a variable holds is taken out, and the beginning of one that was cut off', () => {
  const rows = Array.from({ length: 20_000 }, (_, row) => `user-${row * 7919},password-${row}`);
  keepSecret([rows.join('\n')]);
  assert.equal(withoutSecrets(`refused: ${rows[12_345]}`), 'refused: …');
  assert.match(withoutSecrets(`the body "${rows[777]?.slice(0, -2)}"…`), /^the body "…+"…$/);
});
