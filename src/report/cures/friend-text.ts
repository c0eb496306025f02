/** What to do about what a server, or its build, asks in its turn: a database, a cache, a queue. */
import { type Form, written } from '../../config/settings/spelling.ts';
import type { Cure } from '../../measure/observed/cure.ts';
import { envText, fileText } from './cure-settings.ts';

type Friend = Extract<
  Cure,
  {
    code:
      | 'friend-missing'
      | 'friend-full'
      | 'friend-login'
      | 'friend-empty'
      | 'friend-gone'
      | 'host-unknown';
  }
>;

export function friendText(cure: Friend, form: Form): string {
  switch (cure.code) {
    case 'friend-missing':
      return cure.isBuild
        ? `What the build connects to (a database, a cache, a registry of packages) refuses it: it is not running at that address. Start it in a step before this one, as every build comes before any \`before\`, and give its address by ${envText(form)}.`
        : `What the server connects to (a database, a cache, a queue) refuses it: it is not running at that address. Start it first, in ${fileText('before', form)} or in a step before this one, and give its address by ${envText(form)}.`;
    case 'friend-full':
      return cure.isBuild
        ? 'What the build connects to (a database, a cache) has no room for one more connection. Raise its limit (`max_connections`), or end what else is connected to it.'
        : `What the server connects to (a database, a cache) has no room for one more connection. Base and head are connected to it at once, and each may open as many as its pool allows. Raise its limit (\`max_connections\`), or give each server a smaller pool by ${envText(form)}; or start them one after the other: ${written('pairs', 'exclusive', form)}.`;
    case 'friend-login':
      return cure.isBuild
        ? `What the build connects to (a database, a registry) does not let it in: the user or the password is another one there. Give the build those that hold in this job, by ${envText(form)}. What git ignores, such as a file \`.env\`, is not in the copies that are measured.`
        : `What the server connects to (a database, a cache, a queue) does not let it in: the user or the password is another one there, or may not use that database. Give the server those that hold in this job, by ${envText(form)}, or make that user in ${fileText('before', form)}. What git ignores, such as a file \`.env\`, is not in the copies that are measured.`;
    case 'friend-empty':
      return cure.isBuild
        ? 'What the build asks (a database) is there, and lacks what is asked for: a database, a table or a column. Make it in a step before this one, as every build comes before any `before`.'
        : `What the server asks (a database, a queue) is there, and lacks what is asked for: a database, a table, a column or a queue. Make it in ${fileText('before', form)} (\`createdb\`, your migrations, the data of the load), which runs before each build's first start; where both builds have one database, base's code must fit it too.`;
    case 'friend-gone':
      return 'The server failed for want of it, most likely: look into its own log for why it ended, and whether anything ends it too early (`after`, a time limit, too little memory).';
    case 'host-unknown': {
      const what =
        'The name of a host is not known here. Names such as `db` in Docker Compose are known to its containers alone';
      const there = 'If it is a host of the internet, the network failed: run again.';
      return cure.isBuild
        ? `${what}: let the build connect to 127.0.0.1 (${envText(form)}), and start what answers there in a step before this one. ${there}`
        : `${what}: let it connect to 127.0.0.1 (${envText(form)}), and start what answers there in ${fileText('before', form)} or in a step before this one. ${there}`;
    }
  }
}
