/** Signs of why a build failed, in what compilers and package managers print. Of this text nothing is kept. */

/** What the system lacks that a build needs. */
export type SystemLack = 'protoc' | 'c-compiler' | 'library' | 'header' | 'program';

export type BuildSign =
  | { code: 'system-lacks'; what: SystemLack }
  | { code: 'source-closed' }
  | { code: 'offline' }
  | { code: 'folder-missing' }
  | { code: 'of-go'; what: 'unknown-package' | 'no-program' }
  | { code: 'ignored-files-missing' };

/** Of protobuf, whose compiler and whose plugins hardly any image has. */
const PROTOC =
  /could not find `?protoc\b|\bprotoc: (command )?not found|"protoc": executable file not found|protoc-gen-[\w-]+: program not found|\bprotoc(-gen-[\w-]+)?: No such file/i;
/** Rust links by it, Go builds cgo by it, and packages of Node.js, Python and Ruby their native parts. */
const C_COMPILER =
  /linker `[^`\n]+` not found|C compiler "[^"\n]+" not found|"(gcc|cc|clang|g\+\+|c\+\+)": executable file not found|\b(gcc|cc|clang|g\+\+|c\+\+): (command )?not found|failed to find tool "?\S*(cc|clang|c\+\+|g\+\+|gcc)\b|command '\S*(gcc|cc|clang|g\+\+)' failed: No such file|unable to execute '\S*(gcc|cc|clang)'|no acceptable C compiler|gyp ERR! .*not found: make/i;
const LIBRARY =
  /system library `[^`\n]+` required by crate|pkg-config command could not be found|"pkg-config": executable file not found|not found in the pkg-config search path|\bNo package '[^'\n]+' found|could not find directory of OpenSSL|cannot find -l\w|unable to find library -l|library not found for -l/i;
/** Of C and C++, by GCC and by Clang, with the line below it that shows who wants it. */
const HEADER =
  /fatal error: '?([^\s':]+\.(?:h|hpp|hh|hxx))(?:: No such file|' file not found)[^\n]*(?:\n[^\n]*#\s*include\s*(["<]))?/;
/** A tool makes them of something else, and hardly any repository has them. */
const GENERATED_HEADER = /\.pb\.h$|_generated\.h$/;
/** The same of names that libraries have too: a project includes its own between quotation marks. */
const GENERATED_AS_OWN =
  /(^|[/_-])(config|version|build-?_?info|revision)\.(h|hpp|hh|hxx)$|(^|\/)(gen|generated|autogen|build)\//;
/** By a build tool, which then ends with a code of its own. */
const PROGRAM =
  /exec: "[^"\n]+": executable file not found|is `[^`\n]+` not installed\?|\*\*\* \[.*\] Error 127\b|^make(\[\d+\])?: \S+: No such file/im;

/** How git, and those who fetch packages, say that somebody must show who they are first. */
const CLOSED =
  /could not read (Username|Password) for|terminal prompts disabled|Permission denied \(publickey|Host key verification failed|fatal: Authentication failed|failed to authenticate when downloading|\bcode E40[13]\b|ERR_PNPM_FETCH_40[13]|(remote|ERROR): Repository not found/i;
/** In one line with the place: what a build prints of tests of its own says the same, of this machine or of no place. */
const CLOSED_THERE =
  /^(?=.*https?:\/\/(?!localhost|127\.)).*(\b40[13] (Unauthorized|Forbidden)\b|\b(status( code)?|HTTP error|error):? 40[13]\b|invalid credentials)/im;

/** It may not ask the network, and does not have what it needs: for base that may be another version than for head. */
const OFFLINE =
  /--offline was specified|lookup disabled by GOPROXY=off|ERR_PNPM_NO_OFFLINE_|\bENOTCACHED\b|in offline mode and the artifact|offline mode[^\n]{0,80}(not|no) (been )?(cached|available|found)/i;
/** Named by a path that leads out of the copy, or into a submodule that nobody has fetched. */
const NO_FOLDER =
  /failed to read `[^`\n]+\/Cargo\.toml`\s+Caused by:\s+No such file|\(replaced by [^)\n]+\)[^\n]*: (open|reading) [^\n]*no such file/i;
const UNKNOWN_PACKAGE = /no required module provides package|package \S+ is not in std\b/;
const NO_GO_PROGRAM = /^(?:package \S+: )?no Go files in |is not a main package/m;

/** What a program is to have in it, and most often is made by another build. */
const EMBEDDED =
  /pattern \S+: (no matching files found|cannot embed)|couldn't read `[^`\n]+`: No such file|#\[derive\(RustEmbed\)\] folder .* does not exist|file not found for module/i;

/** Null: none that is known. The more certain ones first. */
export function buildSignIn(printed: string): BuildSign | null {
  const what = lackIn(printed);
  if (what !== null) return { code: 'system-lacks', what };
  if (CLOSED.test(printed) || CLOSED_THERE.test(printed)) return { code: 'source-closed' };
  if (OFFLINE.test(printed)) return { code: 'offline' };
  if (NO_FOLDER.test(printed)) return { code: 'folder-missing' };
  if (UNKNOWN_PACKAGE.test(printed)) return { code: 'of-go', what: 'unknown-package' };
  if (NO_GO_PROGRAM.test(printed)) return { code: 'of-go', what: 'no-program' };
  const isMade = EMBEDDED.test(printed) || headerIn(printed) === 'generated';
  return isMade ? { code: 'ignored-files-missing' } : null;
}

function lackIn(printed: string): SystemLack | null {
  if (PROTOC.test(printed)) return 'protoc';
  if (C_COMPILER.test(printed)) return 'c-compiler';
  if (LIBRARY.test(printed)) return 'library';
  const header = headerIn(printed);
  if (header === 'library' || header === 'header') return header;
  return PROGRAM.test(printed) ? 'program' : null;
}

/** Whose header is missing: of a library, one that is made, or of whom nobody knows. Null: none is. */
function headerIn(printed: string): 'library' | 'generated' | 'header' | null {
  const [, name, mark] = HEADER.exec(printed) ?? [];
  if (name === undefined) return null;
  if (GENERATED_HEADER.test(name)) return 'generated';
  if (mark !== '"') return 'library';
  return GENERATED_AS_OWN.test(name) ? 'generated' : 'header';
}

/** What compilers say of code that they do not take. */
const NO_CODE = new RegExp(
  [
    // rustc
    String.raw`^error(\[E\d+\])?: [^\n]+\n *--> `,
    'could not compile `',
    // Go
    String.raw`^(vet: )?\S+\.go:\d+:\d+: `,
    // GCC, Clang, Swift, Zig
    String.raw`:\d+:\d+: (fatal )?error: `,
    // TypeScript, C#
    String.raw`\berror (TS|CS|FS)\d+: `,
    // javac, Maven, Kotlin, Scala
    String.raw`\.java:\d+: error: `,
    'COMPILATION ERROR|Compilation failed',
    String.raw`^e: \S+\.kts?:|^\[ERROR\] \S+\.(kts?|java):\[\d+,\d+\] `,
    String.raw`^\[error\] \S+\.scala:\d+`,
    // Elixir, Nim, OCaml, Erlang
    String.raw`\(CompileError\)`,
    String.raw`^\S+\.nim\(\d+, \d+\) Error: (?!cannot open file)`,
    String.raw`^File "[^"\n]+\.mli?", lines? \d+[^\n]*\n(?:[^\n]*\n){0,12}?Error: `,
    String.raw`^\S+\.erl:\d+(:\d+)?: (?!Warning)`,
  ].join('|'),
  'm',
);

export function isNoCode(printed: string): boolean {
  return NO_CODE.test(printed);
}
