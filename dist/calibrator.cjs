/**
 * The calibrator: a server whose work never changes, so that a run of today and one of last month have something in common.
 *
 * FROZEN. A history is of one calibrator: whoever changes a byte of this file ends the history of every user. It is copied into
 * `dist/` as it stands and uses nothing of ours; `test/measure/calibrator.test.ts` holds its SHA-256
 * (docs/adr/0068-stored-baseline-with-calibrator.md).
 *
 * It has two paths. `work` computes for a tenth of a millisecond: one request in two is bound by the CPU and allocates nothing, the
 * other allocates, keeps for a while and lets go, as servers with a garbage collector do. `light` answers at once, so that its time
 * goes where a small server's goes: network, system calls, falling asleep and waking up. A machine can be slow at either alone.
 *
 * The load comes in cycles: so many requests of work, and when all are answered so many light ones. Which path a request takes
 * goes by its number alone, as a load has one path of the URL. `/ready` is not counted.
 */
'use strict';

const http = require('node:http');

const CYCLE = { work: 120, light: 1200 };
const STEPS = 40_000;
const WORDS = 1024;
const ITEMS = 160;
const KEPT = 64;
const WARM_UP = 400;

const table = new Uint32Array(WORDS);
const kept = new Array(KEPT).fill(null);
let turn = 0;

/** Shifts and additions over 4 KiB. */
function mix() {
  for (let i = 0; i < WORDS; i++) table[i] = Math.imul(i, 0x85ebca6b);
  let x = 0x9e3779b9;
  for (let i = 0; i < STEPS; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    table[i & (WORDS - 1)] += x;
  }
  let sum = 0;
  for (let i = 0; i < WORDS; i++) sum = (Math.imul(sum, 31) + table[i]) | 0;
  return sum >>> 0;
}

/** Objects that point at each other, as text and back again. */
function allocate() {
  const items = [];
  for (let i = 0; i < ITEMS; i++) {
    items.push({ id: i, name: `item ${i}`, tags: [i, i * 2, i * 3], isEven: i % 2 === 0 });
  }
  const copy = JSON.parse(JSON.stringify(items));
  for (let i = 0; i < ITEMS; i++) copy[i].next = copy[(i * 7) % ITEMS];
  kept[(turn >> 1) % KEPT] = copy;
  let sum = 0;
  for (const { id, name, tags, next } of copy) {
    sum = (Math.imul(sum, 31) + id + name.length + tags[2] + next.id) | 0;
  }
  return sum >>> 0;
}

function work() {
  return turn++ % 2 === 0 ? mix() : allocate();
}

const EXPECTED = [mix(), allocate()];

for (let i = 0; i < 2 * WARM_UP; i++) work();

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': body.length });
  response.end(body);
}

let requests = 0;

const server = http.createServer((request, response) => {
  if (request.url === '/ready') return answer(response, 200, 'ready');
  const isLight = requests++ % (CYCLE.work + CYCLE.light) >= CYCLE.work;
  if (isLight) return answer(response, 200, 'light');
  const expected = EXPECTED[turn % 2];
  const result = work();
  answer(response, result === expected ? 200 : 500, String(result));
});

// A connection may wait for as long as the other server is loaded.
server.keepAliveTimeout = 0;
server.headersTimeout = 0;
server.requestTimeout = 0;
server.listen(Number(process.env.PORT), '127.0.0.1');
