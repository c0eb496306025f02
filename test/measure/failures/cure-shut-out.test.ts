/** What is advised about a server that answers no more, or not this client, in the form in which the user writes settings. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Form } from '../../../src/config/settings/spelling.ts';
import { ONLY_ONCE } from '../../../src/load/shared/resend.ts';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

const answer = (status: number) => ({ status, contentType: null, location: null });

it('Whoever is shut out after good answers is told so, by a status or by closed connections', () => {
  const denied = { code: 'rate-limited', answer: answer(403), good: 490 } as const;
  assert.match(
    cureText(denied),
    /^The server answered 403 after 490 good answers: it shuts out whoever asks so often .*Turn it off/,
  );
  const cut = { isCutOff: true, failed: { message: 'the server closed it', timeoutMs: 5000 } };
  assert.deepEqual(cureFor({ ...cut, good: 490 }), { code: 'cut-off', good: 490 });
  assert.equal(cureFor({ ...cut, good: 0 }), null);
  assert.match(cureText({ code: 'cut-off', good: 490 }), /closed every connection after 490 good/);
});

it('One kind of several that fails alone is named, and is no limit of how much is asked', () => {
  const failingKind = 'GET /reports';
  for (const good of [0, 4000]) {
    const cure = cureFor({ answer: answer(503), good, failingKind });
    assert.deepEqual(cure, { code: 'one-kind-fails', answer: answer(503), request: failingKind });
    assert.match(
      cureText(cure as Cure),
      /^Only GET \/reports fails, and the others are answered: .*answers 503 there/,
    );
  }
  assert.equal(cureFor({ answer: answer(404), good: 9, failingKind })?.code, 'not-found');
});

it('A request that may not be sent twice is cured in the form in which the user writes headers', () => {
  const failed = { message: `the server closed the connection; ${ONLY_ONCE}`, timeoutMs: 5000 };
  assert.equal(cureFor({ failed, good: 10 })?.code, 'lost-only-once');
  const told = (form: Form) => cureText({ code: 'lost-only-once', form });
  assert.match(told('file'), /With `headers: \{ connection: close \}` each/);
  assert.match(told('flags'), /With `--headers 'connection: close'` each/);
  assert.match(told('inputs'), /With input `headers: connection: close` each/);
});

it('Without a config file no cure sends to a key of one without saying so', () => {
  const keyOfFile = /(?<!in a config file, )`(env|before|command|tls)`(?! in a config file)/;
  for (const form of ['flags', 'inputs'] as const) {
    const cures: Cure[] = [
      { code: 'not-found', answer: answer(404), form },
      { code: 'bad-request', answer: answer(400), form },
      { code: 'unauthorized', answer: answer(401), form },
      { code: 'not-allowed', answer: answer(403), form },
      { code: 'rate-limited', answer: answer(429), good: 9, form },
      { code: 'rate-limited', answer: answer(503), good: 9, form },
      { code: 'friend-missing', form },
      { code: 'host-unknown', form },
      { code: 'cut-off', good: 9, form },
      { code: 'websocket-closed', closeCode: 1008, form },
      { code: 'unfinished-answer', framing: 'close', timeoutMs: 5000, form },
    ];
    for (const cure of cures) {
      assert.doesNotMatch(cureText(cure), keyOfFile, cure.code);
      // A command stands in every report, and the value may be a token.
      assert.doesNotMatch(cureText(cure), /NAME=value …|(start|build)[ :][^.]*NAME=/, cure.code);
    }
  }
});
