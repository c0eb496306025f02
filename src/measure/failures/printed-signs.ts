/** Signs of what a build, a hook or a server lacks, in what it printed before it failed. Of this text nothing is kept. */

export type PrintedSign =
  | 'lockfile-behind'
  | 'lockfile-missing'
  | 'watchers-used-up'
  | 'disk-full'
  | 'files-used-up'
  | 'connections-used-up'
  | 'ports-used-up'
  | 'pool-used-up'
  | 'docker-missing'
  | 'memory-out'
  | 'interpreter-missing'
  | 'other-machine'
  | 'toolchain-other'
  | 'variable-missing'
  | 'terminal-missing'
  | 'host-unknown';

/** How package managers say that the lockfile is not that of the list of packages, which they were told not to change. */
const LOCKFILE_BEHIND =
  /can only install packages when your package\.json and package-lock|ERR_PNPM_OUTDATED_LOCKFILE|lockfile (would have been|needs to be) (modified|updated)|lockfile had changes, but lockfile is frozen|lock file .{0,200}needs to be updated but|missing go\.sum entry|inconsistent vendoring|cannot update the lock file|updates to go\.mod needed|changed significantly since poetry\.lock|lockfile at .{0,200}needs to be updated|frozen mode|gemfile\.lock.{0,80}(frozen|out of sync)/i;
const LOCKFILE_MISSING =
  /can only install with an existing package-lock|ERR_PNPM_NO_LOCKFILE|poetry\.lock.{0,40}(not found|does not exist)|no lockfile found|cannot create the lock file/i;
/** Node.js and inotify speak of no space or of open files there, and mean neither a disk nor those. */
const WATCHERS_USED_UP =
  /number of file watchers reached|EMFILE: too many open files, watch\b|inotify.{0,80}no space left on device|no space left on device.{0,80}inotify/i;
const DISK_FULL = /ENOSPC|no space left on device|disk quota exceeded/i;
/** Of a process (EMFILE) or of the whole machine (ENFILE). Watchers of files have a limit of their own. */
const FILES_USED_UP = /\b(EMFILE|ENFILE)\b|too many open files/i;
/** As nginx says it, which closes the connections that it has no room for. */
const CONNECTIONS_USED_UP = /worker_connections are not enough/;
/** Of a connection that it opens itself, as many clients of databases and caches do for each request. Who listens says the same of an address that is not here. */
const PORTS_USED_UP =
  /\b(connect|connecting|dial|upstream|jdbc)\b[^\n]{0,300}(EADDRNOTAVAIL|can(no|')t assign requested address)|(EADDRNOTAVAIL|cannot assign requested address)[^\n]{0,300}\b(connect|connecting|upstream)\b|NoRouteToHostException: can(no|')t assign requested address/i;
/** How the pools of many languages say that all of their connections were taken for too long. */
const POOL_USED_UP =
  /timeout acquiring a connection|ConnectionAcquireTimeout|ResourceRequest timed out|QueuePool limit of size|connection is not available, request timed out|timeout exceeded when trying to connect|could not obtain a connection from the pool|timed out fetching a new connection from the (connection )?pool|couldn't get a connection after [\d.]+ sec|PoolTimeout|pool timed out while waiting|prior to obtaining a connection from the pool|timed? ?out waiting for (a |an )?(free |idle )?connection\b|connection pool (is )?(exhausted|full)|no (free |available )?connections? (left |available )?in (the )?(connection )?pool/i;
/** That it does not run, that this user may not ask it, or that it is not installed. */
const DOCKER_MISSING =
  /cannot connect to the docker daemon|failed to connect to the docker API|permission denied while trying to connect to the docker|error during connect:.{0,120}docker|cannot connect to podman/i;
const MEMORY_OUT =
  /heap out of memory|[Ff]atal process out of memory|\bOutOfMemory(Error|Exception)\b|[Cc]annot allocate (memory|\d+ bytes)|\bstd::bad_alloc\b|^MemoryError$|\bNoMemoryError\b|Allowed memory size of \d+ bytes exhausted|memory allocation of \d+ bytes failed|fatal error: runtime: (out of memory|cannot allocate memory)/m;
/** How shells and `env` say it of a file whose first line names a program that is not there, most often one that ends in CR. */
const INTERPRETER_MISSING =
  /bad interpreter|cannot execute: required file not found|env: \S{0,3}\w+(\\r|\^M|\r)|\$'(\w*)\\r'/i;
/** Of a program that was built for another processor, another system or a newer C library. */
const OTHER_MACHINE =
  /exec format error|\bENOEXEC\b|version `GLIBC\w*_[\d.]+' not found|wrong ELF class|invalid ELF header|incompatible architecture|bad CPU type/i;
/** Of a language, or of its tools, in another version than the code wants. */
const TOOLCHAIN_OTHER = new RegExp(
  [
    String.raw`requires go >= \S+ \(running go|module requires Go \d|invalid go version|toolchain not available`,
    String.raw`requires rustc \d|this version of Cargo is older than|toolchain '[^'\n]+' is not installed|feature .edition20\d\d. is required|lock ?file version .?\d+.? (requires|was found, but)`,
    'code EBADENGINE|ERR_PNPM_UNSUPPORTED_ENGINE|engine "node" is incompatible',
    String.raw`requires a different Python|current Python version[^\n]{0,80}(not allowed|does not satisfy)`,
    String.raw`release version \d+ not supported|invalid (source|target) release|(source|target) option \d+ is no longer supported|UnsupportedClassVersionError|Unsupported class file major version`,
    String.raw`Detected JDK [^\n]{0,80}not in the allowed range|requires at least JVM runtime version \d|Cannot find a Java installation on your machine|No matching toolchains found`,
    String.raw`compatible \.NET SDK was not found|NETSDK1045|You must install or update \.NET`,
    String.raw`Your Ruby version is [^\n]+, but your Gemfile specified|your php version \([^)\n]+\) does not satisfy`,
  ].join('|'),
  'i',
);
/** Names of variables have capitals only, so that "title is required" is none. */
const NAME = String.raw`['"\x60$]?\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b\}?['"\x60]?`;
const VARIABLE_MISSING = new RegExp(
  [
    String.raw`${NAME}[^\n]{0,40}\b((is|was|be|been) )?(not|n't) (been )?(set|defined|provided|given|found)\b`,
    String.raw`${NAME}[^\n]{0,40}\b(is|are|was) (missing|required|undefined|unset|empty)\b`,
    String.raw`${NAME}[^\n]{0,20}\bmust be (set|provided|given|defined)\b`,
    String.raw`\b([Mm]issing|[Rr]equired|[Uu]ndefined)\b[^\n]{0,30}\benv(ironment)?\b`,
    String.raw`\b[Ee]nv(ironment)?[ -]?var(iable)?s?\b[^\n]{0,80}\b(not|missing|required|undefined|unset|must)\b`,
    `KeyError: '[A-Z][A-Z0-9_]+'`,
    `key not found: "[A-Z][A-Z0-9_]+"`,
    `: unbound variable`,
    `: parameter (null or )?not set`,
    // Spring, Micronaut and Quarkus take their settings from variables too.
    "Could not resolve placeholder '?\\$?\\{?[\\w.-]+|Failed to configure a DataSource: 'url' attribute is not specified",
    String.raw`\bconfig property [\w."-]+ is required but it could not be found`,
  ].join('|'),
);
/** A job has no terminal. Shells and `stty` say so of what they can do without. */
const TERMINAL_MISSING =
  /is not a (tty|terminal)\b|\bnot a (tty|typewriter)\b|\bsetRawMode is not a function|^(?!.*(?:mesg:|process group)).*inappropriate ioctl for device|(open|opening|access) \/dev\/tty|\/dev\/tty: no such device|(requires?|needs?|without) an? (interactive )?(terminal|tty)\b|error opening terminal|TERM environment variable not set/im;
/** A name that code uses and nobody has defined: constants have such names too. */
const OF_CODE = /\b(ReferenceError|NameError)\b|\.go:\d+:\d+: undefined: /;
const HOST_UNKNOWN =
  /\bENOTFOUND\b|EAI_AGAIN|could not resolve host|could not translate host name|name or service not known|temporary failure in name resolution|no such host|UnknownHostException|nodename nor servname/i;

/** Null: none that is known. The more certain ones first. */
export function signIn(printed: string): PrintedSign | null {
  if (LOCKFILE_BEHIND.test(printed)) return 'lockfile-behind';
  if (LOCKFILE_MISSING.test(printed)) return 'lockfile-missing';
  if (WATCHERS_USED_UP.test(printed)) return 'watchers-used-up';
  if (DISK_FULL.test(printed)) return 'disk-full';
  if (FILES_USED_UP.test(printed)) return 'files-used-up';
  if (CONNECTIONS_USED_UP.test(printed)) return 'connections-used-up';
  if (PORTS_USED_UP.test(printed)) return 'ports-used-up';
  if (POOL_USED_UP.test(printed)) return 'pool-used-up';
  if (DOCKER_MISSING.test(printed)) return 'docker-missing';
  if (MEMORY_OUT.test(printed)) return 'memory-out';
  if (INTERPRETER_MISSING.test(printed)) return 'interpreter-missing';
  if (OTHER_MACHINE.test(printed)) return 'other-machine';
  if (TOOLCHAIN_OTHER.test(printed)) return 'toolchain-other';
  if (HOST_UNKNOWN.test(printed)) return 'host-unknown';
  if (TERMINAL_MISSING.test(printed)) return 'terminal-missing';
  return isVariableMissing(printed) ? 'variable-missing' : null;
}

function isVariableMissing(printed: string): boolean {
  return printed.split('\n').some((line) => VARIABLE_MISSING.test(line) && !OF_CODE.test(line));
}
