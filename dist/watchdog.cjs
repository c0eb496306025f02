const importMetaUrl = require('node:url').pathToFileURL(__filename).href;
"use strict";

// src/watchdog.ts
var import_node_readline = require("node:readline");

// src/checkout/remove.ts
var import_node_fs = require("node:fs");
var import_node_path = require("node:path");
function removeFolderSync(dir) {
  try {
    (0, import_node_fs.rmSync)(dir, RM);
  } catch {
    openFolders(dir);
    (0, import_node_fs.rmSync)(dir, RM);
  }
}
var RM = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 };
function openFolders(dir) {
  try {
    if (!(0, import_node_fs.lstatSync)(dir).isDirectory()) return;
    (0, import_node_fs.chmodSync)(dir, 448);
    for (const entry of (0, import_node_fs.readdirSync)(dir, { withFileTypes: true })) {
      if (entry.isDirectory()) openFolders((0, import_node_path.join)(dir, entry.name));
    }
  } catch {
  }
}

// src/checkout/worktree.ts
var import_node_fs3 = require("node:fs");
var import_node_path2 = require("node:path");

// src/proc-stat.ts
var import_node_fs2 = require("node:fs");
function allPids() {
  return (0, import_node_fs2.readdirSync)("/proc").flatMap((name) => /^\d+$/.test(name) ? [Number(name)] : []);
}
function readStat(pid) {
  const text = readProc(`${pid}/stat`);
  return text === null ? null : parseStat(text);
}
function parseStat(text) {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const number = (index) => Number(fields[index]);
  return {
    pid: Number.parseInt(text, 10),
    parent: number(1),
    group: number(2),
    session: number(3),
    ticks: number(11) + number(12) + number(13) + number(14),
    childTicks: number(13) + number(14),
    startTicks: number(19),
    zombie: fields[0] === "Z" || fields[0] === "X"
  };
}
function readProc(path) {
  try {
    return (0, import_node_fs2.readFileSync)(`/proc/${path}`, "utf8");
  } catch {
    return null;
  }
}

// src/checkout/worktree.ts
function forgetWorktreesSync(records, root) {
  for (const name of listOf(records)) {
    const record = (0, import_node_path2.join)(records, name);
    if (gitFileOf(record).startsWith((0, import_node_path2.join)(root, "/"))) {
      (0, import_node_fs3.rmSync)(record, { recursive: true, force: true });
    }
  }
  try {
    (0, import_node_fs3.rmdirSync)(records);
  } catch {
  }
}
function listOf(folder) {
  try {
    return (0, import_node_fs3.readdirSync)(folder);
  } catch {
    return [];
  }
}
function gitFileOf(record) {
  try {
    return (0, import_node_fs3.readFileSync)((0, import_node_path2.join)(record, "gitdir"), "utf8").trim();
  } catch {
    return "";
  }
}

// src/measure/servers/sweep.ts
var import_promises = require("node:timers/promises");

// src/measure/probes/proc.ts
function environmentHas(pid, beginning) {
  const entries = readProc(`${pid}/environ`)?.split("\0") ?? [];
  return entries.some((entry) => entry.startsWith(beginning));
}

// src/measure/probes/tree.ts
var MARKER = "THROUGHPUT_GATE_RUN";
function markedProcesses(value) {
  return allPids().filter(
    (pid) => pid !== process.pid && environmentHas(pid, `${MARKER}=${value}`) && readStat(pid)?.zombie === false
  );
}

// src/measure/servers/sweep.ts
var ASK_ROUNDS = 10;
var KILL_ROUNDS = 50;
var ROUND_MS = 50;
async function sweep(marker) {
  if (process.platform === "linux") await endAll(() => markedProcesses(marker));
}
async function endAll(find) {
  for (let round = 0; round < ASK_ROUNDS + KILL_ROUNDS; round++) {
    const left = find();
    if (left.length === 0) return;
    for (const pid of left) signalOne(pid, round < ASK_ROUNDS ? "SIGTERM" : "SIGKILL");
    await (0, import_promises.setTimeout)(ROUND_MS);
  }
}
function signalOne(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
  }
}

// src/watchdog.ts
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {
});
async function main() {
  const duties = [];
  for await (const line of (0, import_node_readline.createInterface)({ input: process.stdin })) duties.push(JSON.parse(line));
  for (const duty of duties) if ("kill" in duty) await sweep(duty.kill);
  for (const duty of duties) if ("remove" in duty) removeFolderSync(duty.remove);
  for (const duty of duties) {
    if ("forget" in duty) forgetWorktreesSync(duty.records, duty.forget);
  }
}
void main();
