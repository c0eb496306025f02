/** Nothing that anybody else wrote is a command to the runner, whichever way it comes into the log. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import type { GateEvent } from '../../../src/measure/told/events.ts';
import { createProgress } from '../../../src/report/progress/progress.ts';
import { renderTerminal } from '../../../src/report/terminal.ts';
import { harmless } from '../../../src/system/messages/harmless.ts';
import {
  guardLog,
  harmlessText,
  issueCommand,
  letThrough,
} from '../../../src/system/messages/log.ts';
import { toJson } from '../../../src/system/results/results.ts';
import { metric, subject, verdictOf } from '../../report/build.ts';
import { quoting } from '../../support/english.ts';
import { fc } from '../../support/properties.ts';
import { HOSTILE_LINES, runnerCommands } from '../../support/runner-commands.ts';

class Log {
  text = '';

  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

function guarded(): Log {
  const log = new Log();
  guardLog([log]);
  return log;
}

test('The oracle sees every command in the corpus', () => {
  for (const line of HOSTILE_LINES)
    assert.equal(runnerCommands(line).length, 1, JSON.stringify(line));
  assert.deepEqual(runnerCommands('::error file=a%2Cb.js,line=3::one%0Atwo 100%25'), [
    { name: 'error', properties: { file: 'a,b.js', line: '3' }, data: 'one\ntwo 100%' },
  ]);
  for (const text of ['a ::error::x', '::nonsense::x', '## [error]x', ': :error::x', '']) {
    assert.deepEqual(runnerCommands(text), [], text);
  }
});

describe('a guarded log', () => {
  test('A guarded log has no command, whatever is written and wherever the pieces end', () => {
    const part = fc.oneof(
      fc.constantFrom(...HOSTILE_LINES),
      fc.constantFrom(
        '::',
        '##',
        '[',
        '#',
        ':',
        ']',
        'error',
        '\r',
        '\n',
        ' ',
        '\u0085',
        '\u00ad',
        '\u0000',
      ),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(200)), (parts, cuts) => {
        const log = guarded();
        let text = parts.join('');
        const whole = text;
        for (const cut of cuts) {
          log.write(text.slice(0, cut));
          text = text.slice(cut);
        }
        log.write(text);
        assert.deepEqual(runnerCommands(log.text), []);
        assert.equal(
          log.text.replaceAll(' ', ''),
          whole.replaceAll(' ', ''),
          'only spaces are added',
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('A guarded log leaves other text as it is', () => {
    const text = 'std::vector, a::b\n[0:01] ## [x] # [y] #[z]\n  at x:1:2\r\n12:30\n: :\n';
    assert.equal(harmless()(text), text);
    assert.equal(harmless()('::1 refused, ##[error]'), ': :1 refused, ## [error]');
  });

  test('A guarded log has our own commands, each on a line of its own, with its text escaped', () => {
    const log = guarded();
    log.write('half a line');
    issueCommand(log, {
      name: 'error',
      properties: { title: 'a: b, c', file: 'x\n::add-path::y', line: 3, other: undefined },
      text: 'one\n::add-mask::two ##[error]three 100%',
    });
    log.write(':');
    log.write(':warning::no\n');
    assert.deepEqual(runnerCommands(log.text), [
      {
        name: 'error',
        properties: { title: 'a: b, c', file: 'x\n::add-path::y', line: '3' },
        data: 'one\n::add-mask::two ## [error]three 100%',
      },
    ]);
    assert.equal(log.text.split('\n')[0], 'half a line');
  });

  test('A guarded log lets a library write its commands only while it is asked to', () => {
    const log = guarded();
    log.write('half a line');
    letThrough(log, () => log.write('::notice title=a::b\n'));
    log.write('::error::no\n');
    assert.throws(() =>
      letThrough(log, () => {
        throw new Error('it failed');
      }),
    );
    log.write('##[error]no\n');
    assert.deepEqual(runnerCommands(log.text), [
      { name: 'notice', properties: { title: 'a' }, data: 'b' },
    ]);
    assert.equal(log.text.split('\n')[0], 'half a line');
    assert.equal(harmlessText('a ##[group]b'), 'a ## [group]b');
  });
});

/** An event of each kind with `text` wherever text of others can stand. A new kind is a type error here. */
const EVENTS: {
  [Type in GateEvent['type']]: (text: string) => Extract<GateEvent, { type: Type }>;
} = {
  started: (text) => ({ atMs: 0, type: 'started', subjects: [text], budgetMs: 1 }),
  note: (message) => ({ atMs: 0, type: 'note', message }),
  building: (server) => ({ atMs: 0, type: 'building', server, arm: 'base' }),
  'build-line': (line) => ({ atMs: 0, type: 'build-line', server: 'api', arm: 'base', line }),
  built: (server) => ({ atMs: 0, type: 'built', server, arm: 'base', ok: false }),
  'pilot-started': (subject) => ({ atMs: 0, type: 'pilot-started', subject }),
  fitted: (subject) => ({
    atMs: 0,
    type: 'fitted',
    subject,
    fitted: {
      kind: 'queue',
      lowered: { from: 32, to: 5, answerMs: 200, atOnce: 1, waitMs: 6400 },
    },
    names: { base: 'base', head: 'head' },
  }),
  'pilot-step': (step) => ({ atMs: 0, type: 'pilot-step', step }),
  'pilot-done': (subject) => ({
    atMs: 0,
    type: 'pilot-done',
    subject,
    work: 'request',
    rates: { base: 1 },
  }),
  planned: (subject) => ({
    atMs: 0,
    type: 'planned',
    subject,
    looks: [6],
    blockMs: 1,
    visible: null,
  }),
  'block-started': (subject) => ({ atMs: 0, type: 'block-started', subject, index: 0 }),
  'block-done': (subject) => ({ atMs: 0, type: 'block-done', subject, index: 0 }),
  look: (subject) => ({ atMs: 0, type: 'look', subject, blocks: 6, metrics: [] }),
  resolved: (text) => ({
    atMs: 0,
    type: 'resolved',
    subject: text,
    verdict: 'invalid',
    blocks: 0,
    reason: text,
  }),
  warning: (text) => ({ atMs: 0, type: 'warning', subject: text, message: text }),
  printed: (text) => ({
    atMs: 0,
    type: 'printed',
    printed: { by: 'server', lines: [text], about: text, arm: 'head' },
  }),
  finished: () => ({ atMs: 0, type: 'finished', verdict: 'unchanged' }),
  tick: () => ({ atMs: 0, type: 'tick' }),
};

test('No event of the run brings a command into the log, with folded builds or without', () => {
  for (const groups of [true, false]) {
    for (const line of HOSTILE_LINES) {
      const log = guarded();
      using progress = createProgress(log, { live: false, groups });
      progress.onEvent({ atMs: 0, type: 'building', server: 'api', arm: 'base' });
      for (const event of Object.values(EVENTS)) progress.onEvent(event(line));
      progress.onEvent({ atMs: 0, type: 'built', server: 'api', arm: 'base', ok: true });
      const names = runnerCommands(log.text).map(({ name }) => name);
      assert.ok(
        names.every((name) => groups && /^(end)?group$/.test(name)),
        `${JSON.stringify(line)}: ${names}`,
      );
      assert.ok(
        log.text.includes('[error]x') || line.length > 100 || !line.endsWith('[error]x'),
        'the line itself is there',
      );
    }
  }
});

test('No report on the terminal and no JSON has a command', () => {
  for (const line of HOSTILE_LINES) {
    const verdict = verdictOf('invalid', [
      subject(line, line, 'invalid', [metric('cpu', 'regression')], {
        reasons: [quoting(line)],
        warnings: [quoting(line)],
      }),
    ]);
    const printed = [{ by: 'server', lines: [line], about: line, arm: 'head' } as const];
    const log = guarded();
    log.write(renderTerminal(verdict, { color: false, width: 100, printed }));
    assert.deepEqual(runnerCommands(log.text), [], line);
    const json = guarded();
    json.write(toJson({ line, list: [line] }));
    assert.deepEqual(runnerCommands(json.text), [], line);
    if (!/\p{Default_Ignorable_Code_Point}/u.test(line)) {
      assert.equal(json.text, toJson({ line, list: [line] }), 'a guard leaves JSON alone');
    }
    assert.deepEqual(JSON.parse(toJson({ line, list: [line] })), { line, list: [line] });
  }
});

test('What the process itself writes is guarded: bytes, console, warnings, errors that nobody caught', () => {
  const module = new URL('../../../src/system/messages/log.ts', import.meta.url);
  const script = `
    import { guardLog } from ${JSON.stringify(module.href)};
    guardLog();
    guardLog();
    process.stdout.write(Buffer.from('##[add-mask]a\\n'));
    process.stdout.write('::err');
    process.stdout.write(Buffer.from([0xe2]));
    process.stdout.write(Buffer.from([0x82, 0xac, 0x0a]));
    console.log('::error::b');
    console.error('##[error]c');
    process.emitWarning('##[error]d');
    process.on('uncaughtException', (error) => process.stderr.write(error.stack, () => process.exit(3)));
    setTimeout(() => { throw new Error('x\\n::error::e') }, 10);
  `;
  const { stdout, stderr } = run(script);
  assert.deepEqual([...runnerCommands(stdout), ...runnerCommands(stderr)], []);
  assert.equal(stdout, '## [add-mask]a\n: :err€\n: :error::b\n');
  for (const piece of ['## [error]c', '## [error]d', ': :error::e'])
    assert.ok(stderr.includes(piece), stderr);
});

function run(script: string): { stdout: string; stderr: string } {
  const args = ['--input-type=module', '-e', script];
  try {
    execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return error as { stdout: string; stderr: string };
  }
  throw new Error('it should have ended with 3');
}
