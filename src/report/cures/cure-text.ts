/**
 * What to do about a set-up that does not work, in one sentence for each sign that is known. Settings are named as the user
 * writes them: keys of a file, flags or inputs.
 */
import { type Form, named, written } from '../../config/settings/spelling.ts';
import type { Answered } from '../../load/unexpected.ts';
import type { Cure, MissingIn, ServiceTool } from '../../measure/observed/cure.ts';
import { codeSpan } from '../markup/escape.ts';
import { plural } from '../wording/format.ts';
import { closeCodeText } from './close-code-text.ts';
import { envText, fileText, gateText, headerText, inFile } from './cure-settings.ts';
import { friendText } from './friend-text.ts';
import { javaText } from './java-text.ts';
import { longAnswerText } from './long-answer-text.ts';
import { peerCodeText } from './peer-code-text.ts';
import { redirectText } from './redirect-text.ts';
import { refusalText } from './refusal-text.ts';

export function cureText(cure: Cure): string {
  const form = cure.form ?? 'file';
  switch (cure.code) {
    case 'redirected':
      return redirectText(cure);
    case 'unknown-host':
    case 'csrf':
    case 'conflict':
    case 'deleted':
    case 'too-large':
    case 'invalid-body':
    case 'database-locked':
    case 'bad-request':
    case 'unauthorized':
    case 'login-expired':
    case 'login-refused':
    case 'not-allowed':
    case 'not-modified':
    case 'upgrade-required':
    case 'not-found':
    case 'wrong-method':
    case 'unavailable':
    case 'server-error':
    case 'other-success':
      return refusalText(cure);
    case 'handshake-refused':
      return handshakeText(cure.answer, cure.form);
    case 'rate-limited':
      return limited(cure, form);
    case 'cut-off':
      return `The server closed every connection ${afterText(cure.good)}, without another answer: it shuts out whoever asks so often (a rate limiter, a firewall), or what answers has crashed, and its own log tells which. Turn a limit off for this run, or set it far above any load, by ${envText(form)}.`;
    case 'one-kind-fails':
      return `Only ${cure.request} fails, and the others are answered: look at the server's own log for why it answers ${cure.answer.status} there. What it asks in its turn for that one (a database, another service) may be missing. If ${cure.answer.status} is the right answer to it, say so in its \`expect\`; if it does not belong to the load, leave it out of \`requests\`.`;
    case 'lost-only-once':
      return `A request that is not idempotent, such as a POST, must not be sent twice. With ${headerText('connection: close', cure.form)} each request has a connection of its own; or have the server keep its connections open.`;
    case 'few-connections':
      return `Set ${written('connections', cure.served, form)} to measure it as it is, or have it serve more at once (a higher limit of connections or of open files, threads, workers).`;
    case 'handshake-unfinished':
      return `The server accepts connections and does not finish their TLS handshakes. Look for its limit of connections or of handshakes, or ask for fewer: ${named('connections', form)}. If it does not serve TLS, do not ask for it: ${named('tls', form)}.`;
    case 'ready-answer':
      return notMeant(cure.answer, form);
    case 'output-kept-back':
      return keptBack(cure.runtime, form);
    case 'line-in-other-letters':
      return `A line of its output has that text in other letters (small or capital): write it as the server does, or as a regular expression that takes both. For a line with "listening" that is ${written('readyLog', '/listening/i', form)}.`;
    case 'command-not-found':
      return 'The shell did not find a command (exit code 127). Install it in a step before this one or in `build`, or give its path. What `npm ci` installs is in `node_modules/.bin`; with `--omit=dev` or NODE_ENV=production it leaves out devDependencies, such as build tools.';
    case 'not-executable':
      return 'The shell may not run that file (exit code 126). Make it executable (`git update-index --chmod=+x`), or name the program that runs it.';
    case 'ended-well':
      return 'The start command came to its end without an error. The server must run until it is stopped: look at its arguments, and for a limit of requests or of time in its settings. Of a pipe (`… | tee log`) the last command alone decides: what the server printed last is in the log of the run.';
    case 'time-limit':
      return `Exit code 124 is that of \`timeout\` when its time is over: leave it out of the start command (${named('start', form)}). The gate ends the server itself.`;
    case 'ignored-files-missing':
      return cure.runtime === undefined ? FILES_MISSING : missingText(cure.runtime, form);
    case 'other-program':
      return `Start the one that is there (${named('start', form)}), or have the build make the one that is named (${named('build', form)}): \`go build -o server .\`, \`cargo build --release\`, a \`<finalName>\` of Maven.`;
    case 'address-in-use':
      return `Something else uses the address that the server wants. Let the server listen on the port in PORT, or on {port}. If its port is fixed, set ${named('port', form)} and ${written('pairs', 'exclusive', form)}, and end what else listens there.`;
    case 'port-kept':
      return 'Nobody listens there: connections that the server has closed itself keep its port for a minute (TIME_WAIT), and each block starts it anew. Have it set SO_REUSEADDR before it listens, as most servers do (`allow_reuse_address = True` for `socketserver` of Python, `ReuseAddr => 1` in Perl), or have it keep its connections open.';
    case 'ready-too-early':
      return tooEarly(cure, form);
    case 'address-not-allowed':
      return 'The server may not listen on the address that it wants: ports below 1024 are for root alone. Let it listen on the port in PORT, or on {port}.';
    case 'address-not-here':
      return 'The server wants to listen on an address that this machine does not have. Let it listen on 127.0.0.1, or on all addresses (0.0.0.0), and on the port in PORT, or on {port}.';
    case 'closed-again':
      return `The server counted as ready, and then its port was closed: it starts in two steps, a program that watches its files starts it again (\`--reload\`, nodemon), or all of its workers have ended and are started again (a crash, a limit of requests). Look for that in its log, start it without such a program, or let it count as ready only when it has answered several times in a row: ${written('readyTimes', 20, form)}.`;
    case 'port-taken':
      return `End what listens there. Or let the server listen on the port in PORT, or on {port}, and leave ${named('port', form)} out.`;
    case 'stranger':
      return 'Have the start command run the server itself, and not through a service that is running already (systemd, pm2, a container). End what else listens there.';
    case 'container':
      return 'The start command runs a container, and a server in a container cannot be measured: its processes are not those of the start command. Start the server itself, with the command that runs inside of the container. Databases and the like may stay in containers.';
    case 'service':
      return `The command \`${cure.tool}\` hands the server to ${SERVICES[cure.tool]}, which is one for both builds, and gives it neither the folder nor the variables of the start command. Start the server itself, with ${named('start', form)}: the command that stands in ${OWN_COMMAND[cure.tool]}.`;
    case 'may-not-read':
      return 'The server may not use a file that its last lines name. One that changes its user (nginx, PHP-FPM; `su` and `sudo -u` in `start`) cannot enter the copies of base and head: let it keep the user of the job (nginx: `user root;`), or open the way with `chmod a+rx {dir} {dir}/..` before it in `start`. To a Unix socket it must also be allowed to write: often by `umask 000` before what makes the socket.';
    case 'shut-out':
      return `A process of the server runs as another user (nginx, PHP-FPM; \`su\` and \`sudo -u\` in \`start\`), who cannot enter the copies of base and head, so it finds none of their files: let it keep its user, or open the way with \`chmod a+rx {dir} {dir}/..\` before it in \`start\`. ${
        cure.answer.status === 404
          ? `If the path is not there, set another (${named('path', form)}).`
          : `If it answers 403 for another reason, look at ${named('headers', form)}: the load has no token and no cookie of its own.`
      }`;
    case 'script-unknown':
      return `PHP-FPM does not find its script. \`root\` or SCRIPT_FILENAME of its web server must lead into this build's own copy, as a fixed path such as /var/www/html does not: write that configuration in ${named('start', form)}, with \`{dir}\` in the path. A PHP-FPM of another user (www-data) cannot enter the copies: \`chmod a+rx {dir} {dir}/..\` first. Else set another ${named('path', form)}.`;
    case 'friend-missing':
    case 'friend-full':
    case 'friend-login':
    case 'friend-empty':
    case 'friend-gone':
    case 'host-unknown':
      return friendText(cure, form);
    case 'lockfile-behind':
      return 'The lockfile does not fit the list of packages, and the command may not change it. Bring it up to date (`npm install`, `pnpm install`, `yarn install`, `go mod tidy` and `go mod vendor`, `cargo update --workspace`, `poetry lock`) and commit both.';
    case 'lockfile-missing':
      return 'The command needs a lockfile, and the copy that is measured has none: commit it (git may ignore it), or install without one (`npm install`; `cargo build` without `--locked`).';
    case 'watchers-used-up':
      return 'All file watchers of this machine are taken. Start it without watching its files, as in production; or raise the limit in a step before this one (`sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=1024`).';
    case 'disk-full':
      return 'The disk is full. Base and head are built in copies of their own, in the folder that RUNNER_TEMP or TMPDIR names (`/tmp` without them): make room there, or name one with more.';
    case 'files-used-up':
      return `It may not open as many files as it wants, and each connection is one. Let it open more: \`ulimit -n 65536\` before the command (${named('start', form)}), or as root in a step before this one. Or ask for fewer connections (${named('connections', form)}).`;
    case 'connections-used-up':
      return `It has no connection left (\`worker_connections\` of nginx, which needs two for each request that it passes on): raise that limit, or ask for fewer connections (${named('connections', form)}).`;
    case 'ports-used-up':
      return 'The server opens a new connection to what it asks in its turn (a database, a cache, another service) for each request, and all local ports are still kept by closed ones. Let it keep its connections open (a pool), or widen `net.ipv4.ip_local_port_range` in a step before this one. Its own users would meet that limit too.';
    case 'pool-used-up':
      return `All connections of the server's pool (to its database, most often) were taken, and a request waited for one in vain. Ask for fewer connections (${named('connections', form)}), or give the server a larger pool or a longer wait for this run, by ${envText(form)}. If it fails with few too, look for connections that are not given back.`;
    case 'docker-missing':
      return 'It asks Docker, whose daemon does not run here or is closed to this user: start it in a step before this one. What is measured cannot be in a container: have `start` run the server itself, with the command that runs inside of the container. Databases and the like may stay there.';
    case 'memory-out':
      return 'The memory was not enough. Let it use fewer processes at once, or give it more (`NODE_OPTIONS=--max-old-space-size=4096`, `-Xmx`), or take a larger runner.';
    case 'interpreter-missing':
      return 'The file is there, but not the program that its first line names. Most often its lines end in CRLF, as on Windows: have git keep LF (`*.sh text eol=lf` in `.gitattributes`). Else install that program, or build the file here, in `build`.';
    case 'other-machine':
      return 'The program was built for another machine: another processor, another system or a newer C library. Build it here, in `build`; a native module is installed anew there too (`npm ci`, `npm rebuild`).';
    case 'variable-missing':
      return 'It seems to need an environment variable that is not set. Give it one in `env` of the server in the config file, or in `env` of the step: builds, hooks and servers inherit the variables of the step. A file `.env` that git ignores is not in the copies.';
    case 'terminal-missing':
      return `It wants a terminal, and a job has none: start it as where nobody looks on (without \`-t\`, \`--interactive\` and the like), or give it one: ${written('start', "script -qefc 'COMMAND' /dev/null", form)}.`;
    case 'toolchain-other':
      return 'The code wants another version of its language, or of its tools, than this machine has: the last lines in the log name it. Install that one in a step before this one (`actions/setup-go` with `go-version-file: go.mod`, `actions/setup-node` with `node-version-file`, `actions/setup-java`, `actions/setup-python`, `rustup toolchain install`).';
    case 'system-lacks':
      return LACKS[cure.what];
    case 'source-closed':
      return 'A repository or a registry of packages gives the build nothing: it is private, or the credentials are missing or wrong. Give git, or the package manager, credentials in a step before this one (private Go modules also need `GOPRIVATE`). They should be able to read and nothing else, as the code of the change can use them too.';
    case 'offline':
      return 'The build may not use the network (`--offline`, `GOPROXY=off`), and does not have a package that it needs. Let it fetch what it needs, or have a step before this one fetch it for both builds: base may want another version than head.';
    case 'folder-missing':
      return 'A folder that the build names by its path (`path = "…"` in Cargo.toml, `replace` in go.mod) is not in the copy that is measured: what lies outside of the repository is not there, nor is a submodule that the checkout has not fetched (`submodules: true`). Commit it, or name a version of it in place of the path.';
    case 'of-go':
      return OF_GO[cure.what];
    case 'of-java':
      return javaText(cure, form);
    case 'no-code':
      return 'The code does not compile here: what the compiler says is in the log of the run. If it does on your machine, this copy lacks something: files that git ignores, such as generated code, which `build` must make, or a package that is installed on your machine alone.';
    case 'unfinished-answer':
      return unfinished(cure);
    case 'late-answer':
      if (cure.isFirst) {
        return `Only the first answer takes longer than \`timeout\`, and the next one came: something is made when it is first asked for (a page that is compiled, a connection to a database). Let the server be ready only when this path has answered: ${named('readyPath', form)} with this path. Or allow more: ${longer(cure)}`;
      }
      if (cure.isOneOfMany) {
        return `Others were answered in time. If each worker or thread of the server keeps one connection, those for which none is left wait in vain: ask for as many connections as it has of them (${named('connections', form)}), or start more. If some requests do take so long, allow more: ${longer(cure)}`;
      }
      return `One answer takes longer than \`timeout\`. Allow more: ${longer(cure)} If it waits until something happens (long polling), there is nothing to measure: load another path (${named('path', form)}), or see that something happens.`;
    case 'fell-silent':
      return 'It does not lack time, as it has answered the same before: it has used something up, or waits for what does not come. Look for connections of a pool that are not given back, for a lock, and for a limit (of open files, of threads).';
    case 'closed-unanswered':
      if (cure.isPrinted) {
        return `The server takes the request and closes the connection without a byte of an answer, most likely as its code fails there: it has printed a trace, which the log of the run shows. If that is of something else, a time limit of its own may be shorter than its answer takes, or it wants another protocol: ${named('tls', form)}, ${named('protocol', form)}.`;
      }
      return `The server takes the request and closes the connection without a byte of an answer. Most often its code fails there (a panic, an exception that nobody catches): what it printed last is in the log of the run. Or a time limit of its own is shorter than its answer takes (\`WriteTimeout\` of Go). Or it wants another protocol: ${named('tls', form)}, ${named('protocol', form)}.`;
    case 'closed-over-body':
      return `The server ends the connection while the body is still on its way. Most often the body is larger than it takes: raise its limit for both builds (\`client_max_body_size\` of nginx, \`maxSwallowSize\` of Tomcat, \`MAX_CONTENT_LENGTH\` of Flask), or send less: ${named('body', form)}. It may also refuse the request for something else, such as a token that is missing (${named('headers', form)}), and not read the body: then a small body shows its answer.`;
    case 'answer-too-long':
      return longAnswerText(cure);
    case 'invalid-answer':
      return 'That breaks the rules of the protocol, so clients and proxies may refuse it too: mend what the server sends, or what stands before it.';
    case 'extra-bytes':
      return 'More bytes come than the answer says of itself: its Content-Length is too small, or it has a body where none may be (statuses 204 and 304, HEAD). A client takes them for the beginning of the next answer. Mend the length, or leave the body out.';
    case 'queue':
      return queued(cure);
    case 'listen-queue':
      return `Ask for as many connections as may wait (${written('connections', cure.connections, form)}), or ${LONGER_LISTEN_QUEUE}.`;
    case 'peer-code':
      return peerCodeText(cure, form);
    case 'websocket-closed':
      return closeCodeText(cure.closeCode, form);
    case 'not-echoed':
      return notEchoed(cure, form);
    case 'not-delivered':
      return notDelivered(cure, form);
    case 'ended-over-message':
      return `The generator makes up its messages, and they are no JSON. If the server ended over one (its last lines in the log may say so), give it a message that it understands${inFile(form)}, as \`message: '{"op":"ping"}'\`.`;
    case 'echoed-otherwise':
      return cure.as === 'binary'
        ? `The server sends each message back as a binary one: send it such, by ${fileText('binary: true', form)}.`
        : `The server sends each message back as text: send it such, and leave \`binary\` out${inFile(form)}.`;
    case 'other-messages':
      return `Most messages came back as they were sent, and now and then another one came, such as a heartbeat, a broadcast or a notice of the server: switch those off for this run, by ${envText(form)}, or allow for them by ${gateText('limits', 'errors', '1%', cure.form)}.`;
    case 'handshake-terms':
      return cure.about === 'subprotocol'
        ? `The server and the load do not agree on a subprotocol. Set ${fileText('subprotocol', form)} to one that the server speaks, or leave it out where the server speaks none.`
        : 'The server uses an extension, such as compression (permessage-deflate), that the load has not offered. Switch that off for this run, by a setting of the server.';
    case 'see-output':
      return 'What it printed last is in the log of the run, and may say why.';
    case 'kept-by-supervisor':
      return `What it printed last is in the log of the run. If that does not say why, what starts it again keeps its output in a file of its own: let it pass that on (supervisord: \`stdout_logfile=/dev/stdout\` and \`stderr_logfile=/dev/stderr\`; pm2: \`--no-daemon\`), or start the server itself (${named('start', form)}).`;
    case 'before-endless':
      return 'A `before` must come to its end. What is to stay, such as a database, goes to the background: as a daemon (`pg_ctl -w start`, `docker run -d`), or with `&` and a wait until it answers. If it only needs longer, give the server a longer `build-timeout`.';
    case 'ended-beside':
      return `The other build may have ended it: look for what ends programs by their names, or by a file with a process number in it (\`pkill\`, \`fuser -k\`, a pid file); each build must end only what it has started. If they cannot run side by side, set ${written('pairs', 'exclusive', form)}. If it ends by chance, run the job again.`;
    case 'not-side-by-side':
      return `Both need the same thing, such as a fixed port, a pid file, a socket, a lock or a name. Give each its own, by \`{port}\`, \`{dir}\` or \`{arm}\` in ${named('start', form)}${form === 'file' ? ' or in `env` of the server' : ''}. If that cannot be, set ${written('pairs', 'exclusive', form)}, and ${named('port', form)} if the port is fixed.`;
  }
}

/** To browsers a WebSocket is open from every site, so servers look at where the page came from. */
function handshakeText({ status }: Answered, known: Form | undefined): string {
  const form = known ?? 'file';
  const rest = `in a config file, at \`subprotocol\`. No extension is offered, so the server may not ask for compression (permessage-deflate).`;
  if (status === 403) {
    return `The server opens no WebSocket for this handshake. Most often it knows some Origins only (Channels, \`origins\` of websockets, \`CheckOrigin\` of Go), and none is sent unless you name it: send one that it knows, as ${headerText('origin: https://example.org', known)}. Where it must be of the host that is asked for (gorilla/websocket), send that too: ${headerText('host: example.org', known)}. It may also want a token (${named('headers', form)}). Else look at ${named('path', form)} and, ${rest}`;
  }
  return `The server opens no WebSocket for this handshake. Look at ${named('path', form)} first: many libraries answer 400 to any other path than theirs. Then at ${named('headers', form)} (an Origin or a Host that it knows, a token) and, ${rest}`;
}

const FILES_MISSING =
  'A file or a module is missing. What git ignores (`node_modules`, `.env`, results of a build) is not in the tree that is measured: `build` must make it. If it is there, look at the path in the command.';

function missingText(runtime: MissingIn, form: Form): string {
  const [build, start, workdir] = [
    named('build', form),
    named('start', form),
    named('workdir', form),
  ];
  switch (runtime) {
    case 'python':
      return `A Python module is missing; the last lines in the log name it. If it is a package, let ${build} install it into a virtual environment in the tree (\`python3 -m venv .venv && .venv/bin/pip install -r requirements.txt\`), and let ${start} run what is in there (\`.venv/bin/…\`). If it is your own, start where it can be imported: ${workdir}, or \`PYTHONPATH={dir}/src\` before the command.`;
    case 'ruby':
      return `A gem or a file of Ruby is missing; the last lines in the log name it. Let ${build} install the gems into the tree (\`bundle config set --local path vendor/bundle && bundle install\`), and ${start} begin with \`bundle exec\`. If it is your own file, look at ${workdir}.`;
    case 'erlang':
      return `A module is called that Erlang does not find: \`{undef,…\` in the last lines names it. Let ${build} compile it (\`erlc\`, \`rebar3 compile\`, \`gleam build\`), and have ${start} look into its folder (\`-pa\`).`;
  }
}

const SERVICES = {
  systemctl: 'a service of systemd',
  'systemd-run': 'a service of systemd',
  service: 'a service of the machine',
  supervisorctl: 'the supervisord that is running already',
  tmux: 'the server of tmux',
} satisfies Record<ServiceTool, string>;
const OWN_COMMAND = {
  systemctl: '`ExecStart` of its unit (`systemctl cat NAME` shows it)',
  'systemd-run': 'the arguments of systemd-run (or keep it, with `--scope`)',
  service: 'its unit (`ExecStart`) or its script in `/etc/init.d`',
  supervisorctl: '`command` of its `[program:…]`',
  tmux: 'the arguments of tmux',
} satisfies Record<ServiceTool, string>;

const LACKS = {
  protoc:
    'The build needs the compiler of protobuf or a plugin of it, and does not find it: install it in a step before this one (Debian, Ubuntu: `sudo apt-get install -y protobuf-compiler`). Plugins of Go are in `$(go env GOPATH)/bin`, which must be in PATH.',
  'c-compiler':
    'The build needs a C compiler, and does not find one: install it in a step before this one (Debian, Ubuntu: `sudo apt-get install -y build-essential`; Alpine: `apk add build-base`). A Go server without C code is built without one by `CGO_ENABLED=0 go build`.',
  library:
    'The build needs a library of the system with its headers, which the last lines in the log name: install it in a step before this one (Debian, Ubuntu: `sudo apt-get install -y pkg-config libssl-dev` for OpenSSL; most are called `lib…-dev`).',
  header:
    'The build needs a header that is not here: the last lines in the log name it. If it is one of a library of the system, install that in a step before this one (Debian, Ubuntu: most are in `lib…-dev`). If it is your own, git ignores it, or a tool makes it: `build` must make it first.',
  program:
    'The build runs a program that is not here: the last lines in the log name it. Install it in a step before this one, or in `build`; what `go install` installs is in `$(go env GOPATH)/bin`, which must be in PATH.',
} satisfies Record<Extract<Cure, { code: 'system-lacks' }>['what'], string>;

const OF_GO = {
  'unknown-package':
    'Go knows no module for a package that the code imports: the last lines in the log name it. If it is somebody else’s, run `go mod tidy` and commit go.mod and go.sum. If it is your own, git ignores it (generated code): `build` must make it first, as by `go generate ./...`.',
  'no-program':
    'There is no program of Go in the folder that is built. Name the one that it is in, as `go build -o server ./cmd/NAME`, or set `workdir` to it.',
} satisfies Record<Extract<Cure, { code: 'of-go' }>['what'], string>;

/** What a server can do against it. */
export const LONGER_LISTEN_QUEUE =
  'give `listen` a longer queue (its backlog; in Python `request_queue_size`), or do not close connections after an answer';

function queued({ connections, timeoutMs, form }: Extract<Cure, { code: 'queue' }>): string {
  const timeout = `${Math.ceil(timeoutMs / 1000)}s`;
  // Each is the input, the flag and the key of a config file, which have one name.
  if (form === undefined) {
    return `Ask for fewer connections (\`connections: ${connections}\`, flag \`--connections ${connections}\`), or for a longer timeout (\`timeout: ${timeout}\`, flag \`--timeout ${timeout}\`).`;
  }
  return `Ask for fewer connections (${written('connections', connections, form)}), or for a longer timeout (${written('timeout', timeout, form)}).`;
}

function notEchoed({ came, isOwn }: Extract<Cure, { code: 'not-echoed' }>, form: Form): string {
  if (isOwn) {
    return `The server sends nothing back for this \`message\`. Give it one that it answers; it may want a login first (\`before-load\`), or another \`subprotocol\`. If it only takes longer, allow a longer ${named('timeout', form)}.`;
  }
  const what = came ? 'something else' : 'nothing';
  return `The generator makes up its messages, and each must come back as it is: this server sends ${what} back. Give it a message that it understands${inFile(form)}, as \`message: '{"op":"ping"}'\`: then any one message is its answer. Where messages go to other clients than the sender, set ${fileText('mode: fan-out', form)}.`;
}

function notDelivered(
  { came, isOwn }: Extract<Cure, { code: 'not-delivered' }>,
  form: Form,
): string {
  if (isOwn) {
    return `No receiver got anything for this \`message\`. Give it one that the server sends on to the other connections; it may want a login first (\`before-load\`), or another \`subprotocol\` or \`path\` for all to be in one room. If it only takes longer, allow a longer ${named('timeout', form)}.`;
  }
  const what = came ? 'something else' : 'nothing';
  return `The generator makes up its messages, and each must reach the others as it is: this server sends them ${what}. Give it a message that it sends on${inFile(form)}, as \`message: '{"op":"say","text":"hello"}'\`: then each receiver must get one message for it.`;
}

/** In which way its end is missing says what it may be. */
const UNFINISHED = {
  length: 'Its Content-Length says more than the server sends: mend the length.',
  chunked: 'The last chunk, which ends it, does not come.',
  close: 'It has no Content-Length, so it ends only when the server closes the connection.',
  unknown: 'The answer has begun and does not end.',
};

function unfinished(cure: Extract<Cure, { code: 'unfinished-answer' }>): string {
  const form = cure.form ?? 'file';
  const only = `${UNFINISHED[cure.framing]} If the answer only takes its time, allow more: ${longer(cure)}`;
  if (cure.framing === 'length') return only;
  return `${only} A stream without an end (server-sent events, a watch) is no request that can be measured: load another path (${named('path', form)}), or use a tool that knows streams (${fileText('command', form)}).`;
}

/** A time that may do. */
function longer({ timeoutMs, form }: { timeoutMs: number; form?: Form | undefined }): string {
  const timeout = `${Math.ceil((4 * timeoutMs) / 1000)}s`;
  return `${written('timeout', timeout, form ?? 'file')}.`;
}

function limited(
  { answer: { status }, good }: Extract<Cure, { code: 'rate-limited' }>,
  form: Form,
): string {
  const after = good === null || good === 0 ? null : afterText(good);
  const off = `Turn it off for this run, or set it far above any load, by ${envText(form)}.`;
  if (status === 429) {
    return `This looks like a rate limiter: ${after === null ? 'the server' : `${after} it`} answered 429. ${off}`;
  }
  if (status < 500) {
    return `The server answered ${status} ${after}: it shuts out whoever asks so often (a rate limiter, a firewall for web applications, a detector of robots), or what the requests show, such as a token, counts for no longer. ${off}`;
  }
  return `The server answered ${status}${after === null ? '' : ` ${after}`}: it has too much to do (a queue or a pool is full), or it limits how often it is asked. Its log may say which. Ask for fewer connections (${named('connections', form)}), or raise the limit for this run by ${envText(form)}.`;
}

function afterText(good: number): string {
  return `after ${plural(good, 'good answer')}`;
}

function tooEarly({ isCall }: Extract<Cure, { code: 'ready-too-early' }>, form: Form): string {
  const line = `when a line of its output says so (${named('readyLog', form)})`;
  return isCall
    ? `The server counted as ready before it was: the status of HTTP is 200 also where a call fails. Let it be ready only ${line}, or when a command succeeds, such as \`grpc_health_probe -addr=127.0.0.1:{port}\` (${named('readyCommand', form)}).`
    : `The server counted as ready before it was. Let it be ready only when this path answers as it should (${named('readyPath', form)} with this path, and ${written('readyStatus', 200, form)}), or ${line}.`;
}

/** An answer to the question whether it is ready that is not the one which means so. */
function notMeant({ status, location }: Answered, form: Form): string {
  const counts = `If ${status} means ready, set ${written('readyStatus', status, form)}`;
  const [path, headers] = [named('readyPath', form), named('readyHeaders', form)];
  if (location !== null) {
    const place = location.replace(/^https?:\/\/[^/]*/, '');
    return `It redirects to ${codeSpan(location)}. Set ${written('readyPath', place, form)}. ${counts}.`;
  }
  if (status === 401 || status === 403) {
    return `The question needs a header (${headers}), or a path that is open to everybody (${path}). ${counts}.`;
  }
  if (status === 404 || status === 410) {
    return `Ask for a path that the server has (${path}). ${counts}.`;
  }
  if (status === 405) return `Ask with another method (${named('readyMethod', form)}). ${counts}.`;
  if (status >= 500) {
    return `It may need longer (${named('readyTimeout', form)}), a header such as the Host that it knows (${headers}), another path (${path}), or what it asks in its turn, such as a database.`;
  }
  return `Look at the question: its path (${path}), its headers with the Host that it knows (${headers}). ${counts}.`;
}

const FLUSH = {
  python: '`python -u`, or `flush=True` in that print()',
  ruby: '`$stdout.sync = true` in the program',
  perl: '`$| = 1` in the program',
};

function keptBack(runtime: keyof typeof FLUSH | null, form: Form): string {
  const log = named('readyLog', form);
  const rest = `look at the text of ${log}, or ask for a path (${named('readyPath', form)})`;
  return runtime === null
    ? `Programs in C, Python, Ruby and Perl keep back what they print while nobody looks on: \`stdbuf -oL\` before the command helps those in C. A log file is not looked into: print the line too, or ${rest}.`
    : `A program keeps back what it prints while nobody looks on: ${FLUSH[runtime]}; else ${rest}.`;
}
