import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf } from '../../../src/load/unexpected.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

const FORMS = ['file', 'flags', 'inputs', undefined] as const;

test('Wherever a server redirects to, its words stand in code alone, and are no link and no mention', () => {
  const places = [
    'a:` @octocat [m](https://evil.example) <img src=x>',
    '/` @octocat [m](https://evil.example) <img src=x>',
    'http://evil.example/@octocat/[m](https://evil.example)',
    'https://evil.example/@octocat/[m](https://evil.example)',
    '/@octocat/![m](https://evil.example)',
  ];
  for (const location of places) {
    const answer = answerOf({ status: 302, location });
    const cures = FORMS.flatMap((form): Cure[] => [
      { code: 'redirected', answer, ...(form && { form }) },
      { code: 'redirected', answer, isHandshake: true, ...(form && { form }) },
      { code: 'redirected', answer, isSamePath: true, ...(form && { form }) },
      { code: 'ready-answer', answer, ...(form && { form }) },
    ]);
    for (const cure of cures) {
      const outside = cureText(cure).replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
      assert.doesNotMatch(outside, /octocat|evil|<img|`/, cureText(cure));
    }
  }
});

test('Builds that cannot run side by side are told first how each gets its own, where their user writes that', () => {
  const told = (form: 'file' | 'flags' | 'inputs') => cureText({ code: 'not-side-by-side', form });
  assert.match(
    told('file'),
    /`\{arm\}` in `start` or in `env` of the server\. If .*`pairs: exclusive`/,
  );
  assert.match(told('flags'), /`\{arm\}` in `--start`\. If .*`--pairs exclusive`/);
  assert.match(told('inputs'), /`\{arm\}` in input `start`\. If .*input `pairs: exclusive`/);
});

test('A server that redirects to another name of this machine wants to be asked by that name', () => {
  const to = (location: string, form: 'file' | 'flags' = 'flags') =>
    cureText({
      ...{ code: 'redirected', isSamePath: true, form },
      answer: answerOf({ status: 301, location }),
    } as const);
  assert.match(
    to('http://localhost:8080/'),
    /by that name: `--headers 'host: localhost:\{port\}'`/,
  );
  // Braces would be YAML's own there.
  assert.match(
    to('http://localhost:8080/', 'file'),
    /by that name: `headers: \{ host: "localhost:\{port\}" \}`/,
  );
  assert.match(to('http://localhost/'), /by that name: `--headers 'host: localhost'`/);
  assert.match(to('http://localhost/', 'file'), /by that name: `headers: \{ host: localhost \}`/);
  assert.match(to('http://127.0.0.1:8080/'), /something else decides/);
  assert.match(to('/'), /something else decides/);
});

test('A server that was taken for ready too early is told by what it is known to be ready', () => {
  const told = (isCall?: true) => cureText({ code: 'ready-too-early', form: 'flags', isCall });
  assert.match(told(), /`--ready-path` with this path, and `--ready-status 200`/);
  assert.match(told(true), /`--ready-log`.*grpc_health_probe.*`--ready-command`/);
  assert.doesNotMatch(told(true), /--ready-status/);
});
