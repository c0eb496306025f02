/** Builds' output for a log that can fold: one group per build, even when builds run side by side. */
import type { GateEvent } from '../../measure/told/events.ts';
import { plainName } from '../markup/escape.ts';

export type BuildEvent = Extract<GateEvent, { type: 'building' | 'build-line' | 'built' }>;

/** A line of text, or a command to the runner. */
export type BuildLogLine = string | { name: 'group' | 'endgroup'; text?: string };

/**
 * Turns build events into log lines with GitHub's group commands. The first build streams; others
 * that run meanwhile are held back until it has ended, because groups cannot overlap.
 */
export function createBuildLog(): (event: BuildEvent) => BuildLogLine[] {
  let builds: Build[] = [];

  /** Lines that may be printed now: all of the first build's, and on to the next if it has ended. */
  const printable = (): BuildLogLine[] => {
    const firstRunning = builds.findIndex(({ ended }) => !ended);
    const upTo = firstRunning === -1 ? builds.length : firstRunning + 1;
    const lines = builds.slice(0, upTo).flatMap((build) => build.lines.splice(0));
    builds = builds.filter(({ ended, lines: held }) => !ended || held.length > 0);
    return lines;
  };

  return (event) => {
    const name = buildName(event);
    if (event.type === 'building') {
      const lines: BuildLogLine[] = [{ name: 'group', text: `Build ${name}` }];
      builds.push({ server: event.server, arm: event.arm, lines, ended: false });
      return printable();
    }
    const build = builds.find(
      ({ server, arm, ended }) => !ended && server === event.server && arm === event.arm,
    );
    if (build === undefined) return [];
    if (event.type === 'build-line') {
      build.lines.push(event.line.replace(/[\r\n]+/g, ' '));
    } else {
      build.lines.push({ name: 'endgroup' }, `${event.ok ? 'built' : 'build failed:'} ${name}`);
      build.ended = true;
    }
    return printable();
  };
}

/** "api (head)"; of a contender its name alone. */
export function buildName({ server, arm }: Pick<BuildEvent, 'server' | 'arm'>): string {
  return arm === null ? plainName(server) : `${plainName(server)} (${arm})`;
}

interface Build {
  server: string;
  arm: string | null;
  /** Not yet printed. */
  lines: BuildLogLine[];
  ended: boolean;
}
