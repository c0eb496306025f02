/** What to do where a JVM does not start, in one sentence or two. */
import { type Form, named, written } from '../../config/settings/spelling.ts';
import type { Cure } from '../../measure/observed/cure.ts';

export function javaText({ what }: Extract<Cure, { code: 'of-java' }>, form: Form): string {
  switch (what) {
    case 'jdk':
      return `There is no JDK where it is looked for: JAVA_HOME, or the path in the command, leads to none on this machine, or nothing says where it is. Install it in a step before this one (\`actions/setup-java\` sets JAVA_HOME, too), and do not set JAVA_HOME yourself.`;
    case 'room-for-heap':
      return `The JVM asks for more memory at its start than this machine has left. Ask for less: a smaller \`-Xms\` and \`-Xmx\` (${named('start', form)}, or JAVA_TOOL_OPTIONS). If base and head run at the same time, start one at a time (${written('pairs', 'exclusive', form)}); or take a larger runner.`;
    case 'room-for-threads':
      return `It may not start as many threads as it wants: raise the limit of processes in a step before this one (\`ulimit -u\`, or that of the container), let the server have fewer threads, or ask for fewer connections (${named('connections', form)}).`;
    case 'program-in-jar':
      return `That jar is not a whole program: it has the classes of the project, and not the libraries or the name of the class to start. Name the one that has (${named('start', form)}; for Quarkus \`target/quarkus-app/quarkus-run.jar\`), have the build make it (the goal \`repackage\` of Spring Boot, the maven-shade-plugin), or name the class: \`java -cp 'target/app.jar:target/dependency/*' shop.Main\`.`;
  }
}
