/** What a JVM that does not start is said to lack, by what it prints. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import { type JavaLack, javaLackIn } from '../../../src/measure/failures/java-signs.ts';
import type { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

/** As Maven, Gradle, shells and the JVM say it, and what the advice must name. */
const SAID: Record<JavaLack, { lines: readonly string[]; advised: RegExp }> = {
  jdk: {
    lines: [
      'The JAVA_HOME environment variable is not defined correctly,\nthis environment variable is needed to run this program.',
      'ERROR: JAVA_HOME is set to an invalid directory: /usr/lib/jvm/java-21',
      "ERROR: JAVA_HOME is not set and no 'java' command could be found in your PATH.",
      'bash: line 1: /usr/lib/jvm/java-21/bin/java: No such file or directory',
    ],
    advised: /leads to none.*`actions\/setup-java` sets JAVA_HOME/,
  },
  'room-for-heap': {
    lines: [
      "OpenJDK 64-Bit Server VM warning: INFO: os::commit_memory(0x00007fd86c000000, 107374182400, 0) failed; error='Not enough space' (errno=12)\n#\n# There is insufficient memory for the Java Runtime Environment to continue.",
      'Error occurred during initialization of VM\nCould not reserve enough space for 8388608KB object heap',
    ],
    advised: /Ask for less: a smaller `-Xms` and `-Xmx`.*`--pairs exclusive`/,
  },
  'room-for-threads': {
    lines: [
      'Exception in thread "main" java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached',
    ],
    advised: /limit of processes.*`--connections`/,
  },
  'program-in-jar': {
    lines: ['no main manifest attribute, in target/app.jar'],
    advised: /repackage.*shade.*java -cp/,
  },
};

it('A JVM that does not start is known by what it lacks, and the advice does not lead the other way', () => {
  for (const [what, { lines, advised }] of Object.entries(SAID)) {
    for (const output of lines) {
      assert.equal(javaLackIn(output), what, output);
      for (const isBuild of [false, true]) {
        const exitCode = output.startsWith('bash') ? 127 : 1;
        const seen = { output, exitCode, isBuild, hasEnded: true, form: 'flags' } as const;
        const cure = cureFor(seen) as Cure;
        assert.deepEqual(cure, { code: 'of-java', what, form: 'flags' }, output);
        assert.match(cureText(cure), advised, output);
      }
    }
  }
});

it('A heap that is used up wants more of it, and no other word of Java is one of these', () => {
  const code = (output: string) => cureFor({ output, exitCode: 1, hasEnded: true })?.code;
  const full = 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space';
  assert.equal(code(full), 'memory-out');
  assert.match(cureText({ code: 'memory-out' }), /give it more.*-Xmx/);
  assert.equal(code('Error: Unable to access jarfile target/app.jar'), 'ignored-files-missing');
  assert.equal(code('Error: JAVA_OPTS is not set'), 'variable-missing');
  assert.equal(javaLackIn('Using JAVA_HOME /usr/lib/jvm/java-21 with /bin/java'), null);
});
