/** Which processes there are, by Linux's `/proc/<pid>/stat`. */
import { readdirSync } from 'node:fs';
import { textOf } from './text-file.ts';

/** The fields that this program uses. CPU times in clock ticks (10 ms). */
export interface ProcStat {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** utime + stime of all threads, ended ones included, plus those of reaped children. */
  ticks: number;
  /** The part of it that is the reaped children's. */
  childTicks: number;
  /** Clock ticks from the machine's start to the process's: with the id, it names one process for ever. */
  startTicks: number;
  zombie: boolean;
  /** By a signal (SIGSTOP, SIGTSTP) or a debugger. */
  stopped: boolean;
  /** Number of its controlling terminal; 0: none. */
  terminal: number;
}

export function allPids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/** Null for a process that is gone. */
export function readStat(pid: number): ProcStat | null {
  const text = readProc(`${pid}/stat`);
  return text === null ? null : parseStat(text);
}

export function parseStat(text: string): ProcStat {
  // The command name stands in parentheses and may contain anything, also spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number) => Number(fields[index]);
  return {
    pid: Number.parseInt(text, 10),
    parent: number(1),
    group: number(2),
    session: number(3),
    ticks: number(11) + number(12) + number(13) + number(14),
    childTicks: number(13) + number(14),
    startTicks: number(19),
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    stopped: fields[0] === 'T' || fields[0] === 't',
    terminal: number(4),
  };
}

/** A file below /proc; null when it, or its process, is not there or not for us to read. */
export function readProc(path: string): string | null {
  return textOf(`/proc/${path}`);
}
