/** What a JVM, or the script that starts one, prints where its set-up is wrong. Of this text nothing is kept. */

export type JavaLack = 'jdk' | 'room-for-heap' | 'room-for-threads' | 'program-in-jar';

/** As scripts of Maven and Gradle say it, which know the folder by this variable alone; and shells, of a command with that path. */
const JDK =
  /JAVA_HOME( environment variable)? is (not defined correctly|set to an invalid directory|not set and no 'java' command)|\/bin\/javac?: (not found|no such file)/i;
/** What it may have is less than what it asks for at its start: a larger heap would not help. */
const ROOM_FOR_HEAP =
  /insufficient memory for the Java Runtime|could not reserve enough space for \S*\s*object heap/i;
/** It calls that a lack of memory, too. */
const ROOM_FOR_THREADS = /OutOfMemoryError: unable to create (new )?native thread/;
/** That of a build which packs nothing but its own classes. */
const PROGRAM_IN_JAR = /\bno main manifest attribute, in \S/;

/** Null: none that is known. */
export function javaLackIn(printed: string): JavaLack | null {
  if (ROOM_FOR_HEAP.test(printed)) return 'room-for-heap';
  if (ROOM_FOR_THREADS.test(printed)) return 'room-for-threads';
  if (PROGRAM_IN_JAR.test(printed)) return 'program-in-jar';
  return JDK.test(printed) ? 'jdk' : null;
}
