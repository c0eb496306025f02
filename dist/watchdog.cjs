const importMetaUrl = require('node:url').pathToFileURL(__filename).href;
"use strict";

// src/system/program/no-inspector.ts
var import_node_module = require("node:module");
process.on("SIGUSR1", () => {
});
closeInspector();
function closeInspector() {
  if (process.env.GITHUB_ACTIONS !== "true") return;
  try {
    const inspector = (0, import_node_module.createRequire)(importMetaUrl)("node:inspector");
    if (inspector.url() !== void 0) inspector.close();
  } catch {
  }
}

// src/watchdog.ts
var import_node_readline = require("node:readline");

// src/system/cleanup/duties.ts
var import_node_fs6 = require("node:fs");

// src/system/processes/ending.ts
var import_node_fs4 = require("node:fs");
var import_promises2 = require("node:timers/promises");

// src/system/kernel/proc-stat.ts
var import_node_fs2 = require("node:fs");

// src/system/kernel/text-file.ts
var import_node_fs = require("node:fs");
function textOf(file) {
  try {
    return (0, import_node_fs.readFileSync)(file, "utf8");
  } catch {
    return null;
  }
}

// src/system/kernel/proc-stat.ts
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
    zombie: fields[0] === "Z" || fields[0] === "X",
    stopped: fields[0] === "T" || fields[0] === "t",
    terminal: number(4)
  };
}
function readProc(path) {
  return textOf(`/proc/${path}`);
}

// src/system/kernel/started-as.ts
var import_node_fs3 = require("node:fs");
var import_node_path = require("node:path");
function executableOf(pid) {
  return linkOf(`/proc/${pid}/exe`)?.replace(/ \(deleted\)$/, "") ?? null;
}
function programOf(pid) {
  const file = executableOf(pid);
  return file === null ? null : (0, import_node_path.basename)(file);
}
function linkOf(path) {
  try {
    return (0, import_node_fs3.readlinkSync)(path);
  } catch {
    return null;
  }
}

// src/system/program/patience.ts
var import_node_events = require("node:events");
var WHEN_INTERRUPTED_MS = 1500;
var hurrying = new AbortController();
(0, import_node_events.setMaxListeners)(0, hurrying.signal);
var interruptedAtMs = null;
var hurry = hurrying.signal;
function patience(usualMs) {
  if (hurry.aborted) return 0;
  return interruptedAtMs === null ? usualMs : Math.min(usualMs, WHEN_INTERRUPTED_MS);
}

// src/system/processes/as-root.ts
var import_node_child_process = require("node:child_process");
var import_promises = require("node:timers/promises");
var DONE_WITHIN_MS = 1e3;
async function signalAsRoot(pids, signal) {
  if (process.platform === "win32" || process.getuid?.() === 0) return;
  const args = ["-n", "--", "kill", "-s", signal.slice("SIG".length), ...pids.map(String)];
  const child = (0, import_node_child_process.spawn)("sudo", args, { stdio: "ignore" });
  const done = new Promise((resolve) => {
    child.once("error", () => resolve());
    child.once("close", () => resolve());
  });
  await Promise.race([done, (0, import_promises.setTimeout)(DONE_WITHIN_MS, void 0, { ref: false })]);
}

// src/system/processes/ending.ts
var AFTER_KILL_MS = 2500;
var ROUND_MS = 25;
async function endAll(find, graceMs, { signal = "SIGTERM", onKill = () => {
} } = {}) {
  const began = performance.now();
  const asked = /* @__PURE__ */ new Map();
  let killing = false;
  for (; ; ) {
    const left = find();
    if (left.length === 0) return left;
    const graceLeftMs = patience(graceMs) - (performance.now() - began);
    if (graceLeftMs < -AFTER_KILL_MS) return left;
    if (graceLeftMs <= 0) {
      if (!killing) onKill(left);
      killing = true;
      await signalAll(left, ["SIGKILL"]);
    } else if (signal !== null) {
      const unasked = left.filter(({ pid, startTicks }) => asked.get(pid) !== startTicks);
      for (const { pid, startTicks } of unasked) asked.set(pid, startTicks);
      await signalAll(unasked, [signal, "SIGCONT"]);
    }
    await (0, import_promises2.setTimeout)(ROUND_MS);
  }
}
function asText({ pid }) {
  const name = programOf(pid) ?? readProc(`${pid}/comm`)?.trim() ?? "?";
  const owner = ownerOf(`/proc/${pid}`);
  return `process ${pid} (${name})${owner === null ? "" : ` of user ${owner}`}`;
}
function ownerOf(path) {
  try {
    return (0, import_node_fs4.statSync)(path).uid;
  } catch {
    return null;
  }
}
async function signalAll(all, signals) {
  const others = all.filter(
    ({ pid }) => signals.some((signal) => signalOne(pid, signal) === "EPERM")
  );
  if (others.length === 0) return;
  for (const signal of signals)
    await signalAsRoot(
      others.map(({ pid }) => pid),
      signal
    );
}
function signalOne(pid, signal) {
  try {
    process.kill(pid, signal);
    return null;
  } catch (error) {
    return error.code ?? "?";
  }
}

// src/system/processes/mark.ts
var import_node_crypto = require("node:crypto");
var MARKER = "THROUGHPUT_GATE_RUN";
var COMMAND_BITS = 14n;
var COMMANDS = 1n << COMMAND_BITS;
function limitsOf(marker) {
  const [run = "", ...command] = marker.split(".").filter((part) => part !== "");
  const first = hashOf(run, 48n) << COMMAND_BITS;
  if (command.length === 0) return { first, last: first + COMMANDS - 1n };
  const one = first + hashOf(command.join("."), COMMAND_BITS);
  return { first: one, last: one };
}
function isMarked(pid, marker) {
  if (marker === "") return false;
  return environmentHas(pid, `${MARKER}=${marker}`) || hasLimit(pid, limitsOf(marker));
}
function environmentHas(pid, beginning) {
  const entries = readProc(`${pid}/environ`)?.split("\0") ?? [];
  return entries.some((entry) => entry.startsWith(beginning));
}
function hasLimit(pid, { first, last }) {
  const limit = /^Max file locks +\d+ +(\d+)/m.exec(readProc(`${pid}/limits`) ?? "")?.[1];
  if (limit === void 0) return false;
  const value = BigInt(limit);
  return value >= first && value <= last;
}
function hashOf(text, bits) {
  const digest = (0, import_node_crypto.createHash)("sha256").update(text).digest();
  return digest.readBigUInt64BE() >> 64n - bits;
}

// src/system/processes/process-tree.ts
function markedProcesses(value) {
  return allPids().filter(
    (pid) => pid !== process.pid && isMarked(pid, value) && readStat(pid)?.zombie === false
  );
}

// src/system/processes/kill-strays.ts
var GRACE_MS = 500;
async function sweep(marker) {
  if (process.platform !== "linux") return [];
  return await endAll(
    () => markedProcesses(marker).flatMap((pid) => readStat(pid) ?? []),
    GRACE_MS
  );
}

// src/system/processes/kin.ts
var Kin = class {
  #root;
  #marker;
  /** By number. */
  #members = /* @__PURE__ */ new Map();
  /** Looked at before, and no member by its marks, which do not change. */
  #strangers = /* @__PURE__ */ new Map();
  /** `root`: the command's own process. */
  constructor(root, marker) {
    this.#root = root;
    this.#marker = marker;
  }
  /** Live members now. */
  look() {
    const root = this.#root;
    const stats = allPids().flatMap((pid) => {
      const stat = readStat(pid);
      return stat === null || stat.startTicks < root.startTicks ? [] : stat;
    });
    const members = /* @__PURE__ */ new Map();
    const strangers = /* @__PURE__ */ new Map();
    const isOurs = ofGroup(root, stats);
    const rest = [];
    for (const stat of stats) {
      if (this.#isKnown(stat) || isOurs(stat)) members.set(stat.pid, stat);
      else rest.push(stat);
    }
    for (const stat of rest) {
      if (this.#strangers.get(stat.pid) === stat.startTicks || !isMarked(stat.pid, this.#marker)) {
        strangers.set(stat.pid, stat.startTicks);
      } else {
        members.set(stat.pid, stat);
      }
    }
    addDescendants(members, stats);
    for (const pid of members.keys()) strangers.delete(pid);
    this.#members = members;
    this.#strangers = strangers;
    return [...members.values()].filter((stat) => !stat.zombie);
  }
  #isKnown({ pid, startTicks }) {
    return this.#members.get(pid)?.startTicks === startTicks;
  }
};
function ofGroup(root, stats) {
  const holder = stats.find(({ pid }) => pid === root.pid);
  if (holder !== void 0 && holder.startTicks !== root.startTicks) return () => false;
  return ({ pid, session, group }) => pid === root.pid || session === root.pid || group === root.pid;
}
function addDescendants(members, stats) {
  let grew = true;
  while (grew) {
    grew = false;
    for (const stat of stats) {
      if (members.has(stat.pid) || !members.has(stat.parent)) continue;
      members.set(stat.pid, stat);
      grew = true;
    }
  }
}

// src/system/processes/process-group.ts
function signalGroup(pid, signal) {
  if (!Number.isInteger(pid) || pid <= 1) throw new RangeError(`not a process group: ${pid}`);
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    const { code } = error;
    if (code === "ESRCH" || code === "EPERM") return false;
    throw error;
  }
}

// src/system/cleanup/remove.ts
var import_node_fs5 = require("node:fs");
var import_node_path2 = require("node:path");
var RM = { recursive: true, force: true, maxRetries: 3, retryDelay: 50 };
var NAMED = 3;
var NotRemoved = class extends Error {
  stuck;
  constructor(dir, stuck) {
    super(`${dir}: ${stuckText(stuck)}`);
    this.name = "NotRemoved";
    this.stuck = stuck;
  }
};
function removeFolderSync(dir) {
  try {
    (0, import_node_fs5.rmSync)(dir, RM);
  } catch {
    removeStubborn(dir);
  }
}
function stuckText(stuck) {
  const named = stuck.slice(0, NAMED).map(({ path, code, owner }) => {
    const whose = owner === null ? "" : `, owner ${owner === 0 ? "root" : `user ${owner}`}`;
    const why = code === "EPERM" && owner === process.getuid?.() ? " (immutable?)" : "";
    return `${path}: ${code}${why}${whose}`;
  });
  const more = stuck.length > NAMED ? `, and ${stuck.length - NAMED} more` : "";
  return `${named.join("; ")}${more}`;
}
function removeStubborn(dir) {
  const stuck = [];
  removeEntry(dir, stuck);
  if (stuck.length > 0) throw new NotRemoved(dir, stuck);
}
function removeEntry(path, stuck) {
  const before = stuck.length;
  try {
    if (!(0, import_node_fs5.lstatSync)(path).isDirectory()) {
      (0, import_node_fs5.unlinkSync)(path);
      return;
    }
    openFolder(path);
    for (const name of (0, import_node_fs5.readdirSync)(path)) removeEntry((0, import_node_path2.join)(path, name), stuck);
    if (stuck.length === before) (0, import_node_fs5.rmdirSync)(path);
  } catch (error) {
    const code = error.code ?? String(error);
    if (code !== "ENOENT") stuck.push({ path, code, owner: ownerOf2(path) });
  }
}
function openFolder(path) {
  try {
    (0, import_node_fs5.chmodSync)(path, 448);
  } catch {
  }
}
function ownerOf2(path) {
  return (0, import_node_fs5.lstatSync)(path, { throwIfNoEntry: false })?.uid ?? null;
}

// src/system/cleanup/duties.ts
var GRACE_MS2 = 500;
async function doDuties(duties) {
  const left = /* @__PURE__ */ new Set();
  const attempt = async (what, act) => {
    try {
      await act();
    } catch (error) {
      left.add(error instanceof Error ? error.message : `${what}: ${String(error)}`);
    }
  };
  for (const duty of duties) {
    if ("kill" in duty) {
      await attempt(duty.kill, async () => {
        for (const process2 of await sweep(duty.kill)) left.add(asText(process2));
      });
    } else if ("command" in duty) {
      await attempt(`process ${duty.command.pid}`, async () => {
        for (const process2 of await endCommand(duty)) left.add(asText(process2));
      });
    }
  }
  for (const duty of duties) {
    if (!("remove" in duty)) continue;
    await attempt(duty.remove, () => removeFolderSync(duty.remove));
  }
  for (const duty of duties) {
    if (!("remove" in duty) || !(0, import_node_fs6.existsSync)(duty.remove)) continue;
    if (![...left].some((what) => what.startsWith(duty.remove))) left.add(duty.remove);
  }
  return [...left];
}
async function endCommand({
  command,
  marker
}) {
  if (process.platform !== "linux") {
    signalGroup(command.pid, "SIGKILL");
    return [];
  }
  const kin = new Kin(command, marker);
  return await endAll(() => kin.look(), GRACE_MS2);
}
function readDuty(line) {
  let value;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { kill, command, marker, remove, withdrawn } = value;
  if (isText(kill)) return { kill };
  if (isText(remove)) return { remove };
  if (isKnown(command) && isText(marker)) return { command, marker };
  if (typeof withdrawn === "number") return { withdrawn };
  return null;
}
function isText(value) {
  return typeof value === "string" && value !== "";
}
function isKnown(value) {
  if (typeof value !== "object" || value === null) return false;
  const { pid, startTicks } = value;
  return Number.isInteger(pid) && pid > 1 && Number.isInteger(startTicks);
}

// src/watchdog.ts
var LOOK_MS = 500;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE"]) {
  process.on(signal, () => {
  });
}
process.stdout.on("error", () => {
});
async function main() {
  let duties = [];
  const looking = keepGoing(process.ppid);
  for await (const line of (0, import_node_readline.createInterface)({ input: process.stdin })) {
    const duty = readDuty(line);
    if (duty === null) continue;
    if ("withdrawn" in duty) {
      duties = duties.filter((one) => !("command" in one) || one.command.pid !== duty.withdrawn);
    } else {
      duties.push(duty);
    }
  }
  clearInterval(looking);
  const left = await doDuties(duties);
  process.stdout.write(JSON.stringify({ left }));
}
function keepGoing(gate) {
  return setInterval(() => {
    const stat = process.platform === "linux" ? readStat(gate) : null;
    if (stat === null || !stat.stopped || stat.terminal !== 0) return;
    try {
      process.kill(gate, "SIGCONT");
    } catch {
    }
  }, LOOK_MS);
}
void main();
