/** Values in shell commands, read back by real shells. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fillCommand } from '../../../src/config/fill/placeholders.ts';
import { placeAt, shellQuoted } from '../../../src/config/fill/shell-quotes.ts';
import { fc } from '../../support/properties.ts';

const VALUES = { port: 8080, socket: '', arm: 'head' } as const;
const ODD = `/tmp/it's a "größe" $HOME \`id\` \\ *;&\n#x/head`;

function printed(shell: string, command: string): string {
  return execFileSync(shell, ['-e', '-c', command], { encoding: 'utf8', stdio: 'pipe' });
}

const COMMANDS: [command: string, expected: (dir: string) => string][] = [
  ['printf %s {dir}', (dir) => dir],
  ["printf %s '{dir}'", (dir) => dir],
  ['printf %s "{dir}"', (dir) => dir],
  ['printf %s --root={dir}/x', (dir) => `--root=${dir}/x`],
  [`printf %s "it's {dir}"`, (dir) => `it's ${dir}`],
  ['printf %s "$(printf %s "{dir}")"', (dir) => dir],
  ['printf %s "$(printf %s \'{dir}\')"', (dir) => dir],
  ['printf %s "$(printf %s {dir})"', (dir) => dir],
  ["# don't\nprintf %s {dir}", (dir) => dir],
  ['true # {dir}\nprintf %s done', () => 'done'],
  ['x={dir}; printf %s "$x"', (dir) => dir],
  ['(cd / && printf %s {dir})', (dir) => dir],
  ["cat <<EOF\nit's {dir}\nEOF\nprintf %s {dir}", (dir) => `it's ${dir}\n${dir}`],
  ["cat <<'EOF'\n{dir}\nEOF\nprintf %s '{dir}'", (dir) => `${dir}\n${dir}`],
  ['cat <<-END | cat\n\t"{dir}"\n\tEND\nprintf x', (dir) => `"${dir}"\nx`],
  ['printf %s \\"{dir}\\"', (dir) => `"${dir}"`],
  ['printf %s a#b{dir}', (dir) => `a#b${dir}`],
];

for (const shell of ['sh', 'bash']) {
  test(`${shell} reads a folder back whole wherever it stands`, () => {
    for (const [command, expected] of COMMANDS) {
      const filled = fillCommand(command, { ...VALUES, dir: ODD });
      assert.equal(printed(shell, filled), expected(ODD), command);
    }
  });
}

test('A value without special characters is put in as it is, in any place', () => {
  for (const [command] of COMMANDS) {
    const dir = '/mnt/jobs/_temp/throughput-gate-x/größe/head';
    const filled = fillCommand(command, { ...VALUES, dir });
    assert.equal(filled, command.replaceAll('{dir}', dir));
  }
});

test('Any text is read back whole, in each kind of quotes', () => {
  const texts = fc.string({ unit: 'binary-ascii' }).filter((text) => !text.includes('\0'));
  fc.assert(
    fc.property(texts, (text) => {
      const commands = ['printf %s X ', "printf %s 'X ", 'printf %s "X '];
      const ends = ['', "'", '"'];
      const all = commands.map(
        (command, i) => `${command}${shellQuoted(command, command.length, text)}${ends[i]}`,
      );
      // Outside of quotes, an empty text is nothing at all.
      const shown = printed('sh', all.join('\n'));
      assert.equal(shown, `X${text}X ${text}X ${text}`);
    }),
    { numRuns: 60 },
  );
});

test('Where something stands', () => {
  const place = (command: string) => placeAt(command, command.indexOf('@'));
  assert.equal(place('a @'), 'none');
  assert.equal(place(`a "b' @`), '"');
  assert.equal(place(`a 'b" @`), "'");
  assert.equal(place('a "$(b @'), 'none');
  assert.equal(place('a "`b @'), 'none');
  assert.equal(place('a "`b` @'), '"');
  assert.equal(place('a # @'), 'comment');
  assert.equal(place('a$# @'), 'none');
  assert.equal(place('a <<<b\n @'), 'none');
  assert.equal(place('a <<E\n @'), 'text');
});
