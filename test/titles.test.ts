/** Titles of tests are whole sentences: one that fails is understood from its title alone, and found by it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testFiles, testsIn } from './support/test-files.ts';

/** Verbs with which a title has begun whose subject stood in the `describe` around it, or nowhere. */
const VERBS =
  /^(Adds|Allows|Answers|Asks|Blames|Brings|Calls|Cancels|Closes|Comes|Creates|Cuts|Does|Drops|Empties|Ends|Fails|Finds|Follows|Gets|Gives|Goes|Has|Hears|Holds|Is|Joins|Keeps|Kills|Knows|Leaves|Lets|Listens|Loads|Loses|Makes|Measures|Needs|Notices|Opens|Passes|Pins|Puts|Reads|Recognises|Refuses|Rejects|Removes|Renders|Says|Sees|Sends|Shows|Spreads|Starts|Stays|Stops|Survives|Takes|Tells|Throws|Tries|Undoes|Updates|Waits|Works|Writes)\b/;
/** A capital, a figure, a quotation, a hole or an option; or a name that is written as it is: `p99`, `dist/`, `toJson`. */
const BEGINNING =
  /^([\p{Lu}\d`"'‘“(${.>-]|[a-z]\w*[A-Z\d./-]\S*|actionlint\b|zizmor\b|autocannon\b)/u;

/** What is wrong with a title, in words; null: it can stand. */
function faultOf(title: string): string | null {
  if (!BEGINNING.test(title)) return 'begins in the middle of a sentence';
  if (VERBS.test(title)) return 'does not say who does it';
  if (/\.$/.test(title)) return 'ends with a full stop, as no title does';
  const isOfHoles = title.replace(/\$\{[^}]*\}/g, 'a hole of words').split(' ').length;
  return isOfHoles < 3 ? 'is too short to say what holds' : null;
}

const TESTS = testFiles.flatMap((file) => testsIn(file)).filter(({ kind }) => kind === 'test');

test('Every title of a test is a sentence that says who does what', () => {
  const faults = TESTS.flatMap(({ file, line, title }) => {
    const fault = faultOf(title);
    return fault === null ? [] : [`${file}:${line} ${fault}: ${title}`];
  });
  assert.deepEqual(faults, []);
});

test('No two tests of one file have the same title', () => {
  const seen = new Set<string>();
  const twice = TESTS.filter(({ file, title }) => {
    const key = `${file}: ${title}`;
    const isSecond = seen.has(key);
    seen.add(key);
    return isSecond;
  });
  assert.deepEqual(
    twice.map(({ file, line, title }) => `${file}:${line} ${title}`),
    [],
  );
});

test('The check of titles sees halves of sentences', () => {
  assert.match(faultOf('of no share are none') ?? '', /middle of a sentence/);
  assert.match(faultOf('Takes failed slices as bad') ?? '', /who does it/);
  assert.match(faultOf('Mistakes.') ?? '', /full stop/);
  assert.match(faultOf('Many mistakes') ?? '', /too short/);
  assert.equal(faultOf('p99 that rose by half is a regression'), null);
  assert.equal(faultOf('No two tests have the same title'), null);
});
