/**
 * After a verdict that head is slower: why. Base and head are started once more, and the command that the user named takes a
 * profile of each. No word and no figure of the verdict is changed by it.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type SubjectId, subjectName } from '../config/experiment/experiment.ts';
import type { MetricName } from '../config/experiment/metrics.ts';
import type { Server } from '../config/experiment/server.ts';
import { partsOf } from '../config/experiment/subject-parts.ts';
import type { SubjectVerdict, Verdict } from '../judge/verdict/verdict.ts';
import type { Backend } from '../measure/backend.ts';
import type { Measurement } from '../measure/observed/measurement.ts';
import { whereHeadSpendsMore, whereMostIsSpent } from '../measure/profile/compare.ts';
import {
  addedUp,
  type FunctionTimes,
  isReadHere,
  timesIn,
} from '../measure/profile/function-times.ts';
import type { ArmProfile, SubjectProfile } from '../measure/profile/profile.ts';
import type { SubjectPlan } from '../plan/plan.ts';
import { worstFirst } from '../report/tables/rows.ts';
import { excerptsOf, messageOf } from '../system/messages/printed.ts';
import { keepProfiles } from '../system/results/profile-folder.ts';
import type { Arm } from '../terms/arm.ts';
import type { GateRequest } from './request.ts';

/** For all of them together, beyond the budget; the servers then still have the time in which they end. */
const PROFILES_WITHIN_MS = 30_000;

/** What a profile of where time is spent can explain. */
const SPEED: readonly MetricName[] = ['throughput', 'cpu', 'p50', 'p90', 'p99'];

type Asked = Pick<GateRequest, 'results' | 'emit' | 'signal' | 'selfTest'>;

interface Profiled extends Measured {
  /** Root of the run's own folder. */
  readonly root: string;
  /** Roots of the arms' trees. */
  readonly dirs: Partial<Record<Arm, string>>;
}

interface Measured {
  readonly measurement: Pick<Measurement, 'experiment' | 'plan'>;
  readonly verdict: Verdict;
}

/**
 * The verdict, with the profiles of the subjects that are slower, the worst first, as far as there is time. What goes wrong is
 * a warning. Rejects only where the whole run is aborted.
 */
export async function withProfiles(
  request: Asked,
  backend: Backend,
  { measurement, verdict, root, dirs }: Profiled,
): Promise<Verdict> {
  const reds = request.selfTest === null ? slowerOnes({ measurement, verdict }) : [];
  if (reds.length === 0) return verdict;
  const limit = new AbortController();
  const late = new Error(`it was not done within ${PROFILES_WITHIN_MS / 1000} s`);
  const timer = setTimeout(() => limit.abort(late), PROFILES_WITHIN_MS);
  const beganMs = backend.nowMs();
  const profiles = new Map<string, SubjectProfile>();
  try {
    for (const [i, { plan, server }] of reds.entries()) {
      const usedMs = backend.nowMs() - beganMs;
      // The next one takes about as long as those before.
      if (limit.signal.aborted || (i > 0 && usedMs + usedMs / i > PROFILES_WITHIN_MS)) {
        tellLeft(request, reds.slice(i));
        break;
      }
      const out = join(root, 'profiles', String(i));
      const profile = await profileOf(request, backend, {
        ...{ plan, server, out, dirs, signal: limit.signal },
        arms: measurement.plan.arms,
      });
      if (profile !== null) profiles.set(subjectName(plan), profile);
    }
  } finally {
    clearTimeout(timer);
  }
  request.signal.throwIfAborted();
  return profiles.size === 0 ? verdict : withThem(verdict, profiles);
}

/** Red by speed, of a server that says how it is profiled. Of held connections there is no such load. */
function slowerOnes({
  measurement: { experiment, plan },
  verdict,
}: Measured): { plan: SubjectPlan; server: Server }[] {
  return worstFirst(verdict.subjects).flatMap((subject) => {
    if (!isSlower(subject)) return [];
    const own = plan.subjects.find((one) => subjectName(one) === subjectName(subject));
    const { server, scenario } = partsOf(experiment, subject);
    const isAsked = server.profile !== undefined && scenario.kind !== 'hold';
    return own === undefined || !isAsked ? [] : [{ plan: own, server }];
  });
}

function isSlower({ verdict, metrics }: SubjectVerdict): boolean {
  return (
    verdict === 'regression' &&
    metrics.some((one) => one.gating && one.verdict === 'regression' && SPEED.includes(one.name))
  );
}

interface Wanted {
  plan: SubjectPlan;
  server: Server;
  arms: readonly Arm[];
  out: string;
  dirs: Partial<Record<Arm, string>>;
  signal: AbortSignal;
}

/** Null: nothing was kept. */
async function profileOf(
  request: Asked,
  backend: Backend,
  { plan, server, arms, out, dirs, signal }: Wanted,
): Promise<SubjectProfile | null> {
  const subject = subjectName(plan);
  const names = arms.join(' and ');
  request.emit({ type: 'note', message: `${subject} is slower: taking a profile of ${names}` });
  const taken: Partial<Record<Arm, Taken>> = {};
  for (const arm of arms) {
    const folder = join(out, arm);
    try {
      request.signal.throwIfAborted();
      mkdirSync(folder, { recursive: true });
      await backend.profile(plan, { arm, out: folder, signal });
      const place = [plan.server, plan.scenario, arm].join('/');
      taken[arm] = kept(request, subject, { folder, place, dir: dirs[arm] });
    } catch (error) {
      request.signal.throwIfAborted();
      warn(request, subject, `there is no profile of ${arm}: ${messageOf(error)}`);
      for (const excerpt of excerptsOf(error)) {
        request.emit({ type: 'printed', printed: { ...excerpt, about: subject, arm } });
      }
    }
  }
  const { base = null, head = null } = taken;
  if (base === null && head === null) return null;
  return {
    durationMs: server.profile?.durationMs ?? 0,
    base: base?.profile ?? null,
    head: head?.profile ?? null,
    rows: rowsOf(base, head),
  };
}

function rowsOf(base: Taken | null, head: Taken | null): SubjectProfile['rows'] {
  const now = head?.times ?? null;
  if (now === null) return null;
  if (base === null) return whereMostIsSpent(now);
  return base.times === null ? null : whereHeadSpendsMore(base.times, now);
}

interface Taken {
  profile: ArmProfile;
  times: FunctionTimes | null;
}

/** Throws where nothing was written, or nothing can be kept. */
function kept(
  request: Asked,
  subject: string,
  { folder, place, dir }: { folder: string; place: string; dir: string | undefined },
): Taken {
  const how = { results: request.results.dir, place, isText: isReadHere };
  const { kept: files, left } = keepProfiles(folder, how);
  if (left.length > 0) {
    const message = `${left.length} of what its profiler wrote is not kept: no file, not readable, empty, too large, or too many`;
    warn(request, subject, message);
  }
  if (files.length === 0) throw new Error('nothing was written into the folder `{out}`');
  const all = files.flatMap(({ name, text }) => {
    const times = text === null ? null : timesIn(name, text, dir === undefined ? [] : [dir]);
    if (typeof times === 'string') warn(request, subject, `the profile ${place}/${name}: ${times}`);
    return times === null || typeof times === 'string' ? [] : [times];
  });
  const times = addedUp(all);
  const isEmpty = times.samples === 0;
  return {
    profile: { files: files.map(({ file }) => file), samples: isEmpty ? null : times.samples },
    times: isEmpty ? null : times,
  };
}

function tellLeft(request: Asked, left: readonly { plan: SubjectId }[]): void {
  const names = left.map(({ plan }) => subjectName(plan)).join(', ');
  const message = `no profile is taken of ${names}: all profiles together have ${PROFILES_WITHIN_MS / 1000} s`;
  request.emit({ type: 'note', message });
}

function warn({ emit }: Asked, subject: string, message: string): void {
  emit({ type: 'warning', subject, message });
}

function withThem(verdict: Verdict, profiles: ReadonlyMap<string, SubjectProfile>): Verdict {
  return {
    ...verdict,
    subjects: verdict.subjects.map((subject) => {
      const profile = profiles.get(subjectName(subject));
      return profile === undefined ? subject : { ...subject, profile };
    }),
  };
}
