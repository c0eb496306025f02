/** Servers that are compiled: what a first day brings, when the program is another one than was meant, or is not there. */
import type { Manner } from './manner.ts';
import { without } from './without.ts';

/** Told as soon as both builds are there. */
const COMPILED_WITHIN_S = 45;

const byGo = { folder: 'compiled', lacking: without('go') };
const byCargo = { folder: 'compiled', lacking: without('cargo') };

export const COMPILED: readonly Manner[] = [
  {
    ...byGo,
    kind: '`go run` as the start command',
    start: 'go run .',
    flags: [],
    should: { exit: 0, says: /is started by go run, .*`go build -o server \.`/s, withinS: 150 },
  },
  {
    ...byGo,
    kind: '`go build` without `-o`, which names the program otherwise',
    start: './server',
    flags: ['--build', 'go build'],
    should: { exit: 3, says: /`\.\/server` is not there, but shop is/, withinS: COMPILED_WITHIN_S },
  },
  {
    ...byGo,
    kind: 'a build that makes no program',
    start: './server',
    flags: ['--build', 'go vet ./...'],
    should: { exit: 3, says: /the build has made no other program/, withinS: COMPILED_WITHIN_S },
  },
  {
    ...byCargo,
    kind: '`cargo run` as the start command',
    start: 'cargo run --release --offline',
    flags: [],
    should: { exit: 0, says: /is started by cargo run, .*`target\/release\/NAME`/s, withinS: 150 },
  },
  {
    ...byCargo,
    kind: '`cargo build` without `--release`, and its debug build is started',
    start: 'target/debug/shop',
    flags: ['--build', 'cargo build --offline'],
    should: {
      exit: 0,
      says: /runs a debug build \(target\/debug\/shop\).*start `target\/release\/shop`/s,
      withinS: 150,
    },
  },
  {
    ...byCargo,
    kind: '`cargo build` without `--release`, and the release build is started',
    start: 'target/release/shop',
    flags: ['--build', 'cargo build --offline'],
    should: {
      exit: 3,
      says: /`target\/release\/shop` is not there, but target\/debug\/shop is/,
      withinS: COMPILED_WITHIN_S,
    },
  },
];
