/** What is told of servers beside what is measured: each thing once in a run, however often it happens. */

import type { Stop } from '../../config/experiment/server.ts';
import { type Form, named } from '../../config/settings/spelling.ts';
import { durationText } from '../../config/values/duration.ts';
import type { ArmNames } from '../../terms/arm.ts';
import type { Fitted } from '../observed/fitted.ts';
import type { Development } from '../servers/development.ts';
import { type Ended, killedText, longerStop } from '../servers/stop.ts';

/** Ending is part of each block's time: less than this goes unnoticed in any budget. */
const SLOW_END_MS = 2000;

/** Whoever listens. */
export interface Ears {
  note: (message: string) => void;
  warn: (message: string) => void;
  /** What the pilot run does now. */
  step?: (step: string) => void;
  /** The load of this subject is made smaller, or should be. */
  fitted?: (subject: string, fitted: Fitted, names: ArmNames) => void;
}

export class Remarks {
  readonly #ears: Ears;
  readonly #told = new Set<string>();
  /** By who it was: of the last one that was killed. What keeps another from starting stays until one has ended in order. */
  readonly #killed = new Map<string, string>();

  constructor(ears: Ears) {
    this.#ears = ears;
  }

  step(step: string): void {
    this.#ears.step?.(step);
  }

  /** Once for a subject, which may be met again. */
  fitted(subject: string, fitted: Fitted, names: ArmNames): void {
    this.#once(`fitted ${subject}`, () => this.#ears.fitted?.(subject, fitted, names));
  }

  /** `who`: "api (head)". */
  waiting(who: string, why: string): void {
    this.#once(`waiting ${who}`, () => this.#ears.note(`${who} is still waited for: ${why}`));
  }

  /** It is ready by the word of somebody else. */
  readyBy(who: string, what: string): void {
    this.#once(`ready by ${who}`, () => this.#ears.note(`${who}: ${what}`));
  }

  /** A hook takes its time: who has forgotten to send a database to the background waits for ever. */
  hooked(who: string, which: 'before' | 'after', limitMs: number): void {
    const most = durationText(Math.ceil(limitMs / 1000) * 1000);
    const stay =
      which === 'before'
        ? '. What is to stay, such as a database, must go to the background, so that the command ends'
        : '';
    this.#once(`${which} ${who}`, () =>
      this.#ears.note(`${who}: \`${which}\` is still running, and may for ${most}${stay}`),
    );
  }

  /** The load waits for one of them: at most once for each thing that is missing. */
  silent(where: string, what: string): void {
    this.#once(`silent ${what}`, () => this.#ears.note(`${where}: ${what}; the load waits`));
  }

  /** Where it is loaded, if that is not what people expect. */
  loadedAt(who: string, host: string, port: number): void {
    if (host === '127.0.0.1') return;
    const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    this.#once(`at ${who}`, () => this.#ears.note(`${who} listens on ${at}, and is loaded there`));
  }

  /** Of a server's files both builds share some; null: nothing says so. */
  shares(who: string, what: string | null): void {
    if (what !== null) this.#once(`shares ${who}`, () => this.#ears.warn(`${who} ${what}`));
  }

  /** Of the few connections of a hold's pilot run; null: it kept all of them. */
  lost(who: string, what: string | null): void {
    if (what !== null) this.#once(`lost ${who}`, () => this.#ears.warn(`${who} ${what}`));
  }

  /** It does not run as it does for its users; null: nothing says so. Both builds are started alike. */
  development(server: string, found: Development | null): void {
    if (found === null) return;
    const tell = found.kind === 'build' ? this.#ears.warn : this.#ears.note;
    this.#once(`development ${server}`, () => tell(`${server} ${found.text}`));
  }

  /** A server has ended. */
  ended(who: string, ended: Ended, { stop, form }: { stop: Stop; form: Form }): void {
    const killed = killedText(ended, stop, form);
    if (killed !== null) this.#killed.set(who, `The one before: ${killed}. ${longerStop(form)}`);
    else if (ended.hasWorked) this.#killed.delete(who);
    if (killed !== null) {
      this.#once(`killed ${who}`, () =>
        this.#ears.warn(`${who} does not end in time: ${killed}. ${longerStop(form)}`),
      );
    } else if (ended.ms >= SLOW_END_MS) {
      const took = durationText(Math.round(ended.ms / 100) * 100);
      this.#once(`slow ${who}`, () =>
        this.#ears.warn(
          `${who} takes ${took} to end, in every block: that is part of the budget, and of no figure`,
        ),
      );
    }
    if (ended.crash !== null) {
      this.#once(`crash ${who}`, () =>
        this.#ears.warn(
          `${who} crashes when it is asked to end (${ended.crash}): no figure shows that, and users would lose what was under way. Look at what it does at its end`,
        ),
      );
    }
    if (ended.command !== null) {
      this.#once(`command ${who}`, () =>
        this.#ears.warn(
          `${who}: the command of ${named('stopCommand', form)} fails (${ended.command}), so the server gets ${stop.signal}`,
        ),
      );
    }
  }

  /** What may keep the next one of these from starting; null: nothing that is known. */
  before(who: string): string | null {
    return this.#killed.get(who) ?? null;
  }

  #once(key: string, tell: () => void): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    tell();
  }
}
