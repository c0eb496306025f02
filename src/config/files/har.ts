/**
 * Recorded requests: HAR 1.2 text → the requests of a scenario. Pure. What a recording says about
 * its own connection, its caches or other hosts is no part of the load, and is left out.
 */

import * as z from 'zod';
import { check } from '../check/check.ts';
import type { HttpRequest } from '../experiment/scenario.ts';
import { keyPath, type Mistake } from '../mistakes/mistakes.ts';
import type { HarMistake } from './har-mistake.ts';
import { Recorded, toRequest } from './har-request.ts';

export interface Recording {
  /** Scheme and host of the first HTTP request. The requests of all others are left out. */
  origin: string;
  entries: number;
  /** Different requests, each with the number of its entries as weight; never none. */
  requests: HttpRequest[];
  leftOut: LeftOut[];
}

/** Reason in words, as in "7 to other hosts". */
export interface LeftOut {
  reason: string;
  entries: number;
}

/** Either the recording, or everything that is wrong with the text. Never throws. */
export function readHar(
  text: string,
  maxRequests: number,
): { recording: Recording | null; mistakes: HarMistake[] } {
  const file = parseJson(text);
  if ('mistake' in file) return { recording: null, mistakes: [file.mistake] };
  const whole = check(HarFile, file.value);
  if (whole.value === null) return { recording: null, mistakes: asText(whole.mistakes, null) };
  const { entries } = whole.value.log;
  const gathered = gather(entries);
  const { origin, requests, leftOut, mistakes } = gathered;
  if (mistakes.length > 0) return { recording: null, mistakes };
  if (origin === null || requests.length === 0) return unusable(nothingIn(gathered));
  if (requests.length > maxRequests) {
    return unusable(`${requests.length} different requests; allowed: at most ${maxRequests}`);
  }
  return { recording: { origin, entries: entries.length, requests, leftOut }, mistakes: [] };
}

/** "used 33 of 40 entries, 12 different requests to https://example.org; left out: 7 to other hosts". */
export function recordingText({ origin, entries, requests, leftOut }: Recording): string {
  const used = entries - leftOut.reduce((sum, reason) => sum + reason.entries, 0);
  const kinds = requests.length === 1 ? '1 request' : `${requests.length} different requests`;
  const made = `used ${used} of ${entries} entries, ${kinds} to ${origin}`;
  return leftOut.length === 0 ? made : `${made}; left out: ${listed(leftOut)}`;
}

const HarFile = z.object(
  {
    log: z.object(
      { entries: z.array(z.unknown(), { error: 'a list of entries' }) },
      { error: 'a map with `entries`' },
    ),
  },
  { error: 'a HAR file, which is a JSON object with `log`' },
);

/** Enough to know whether the entry is part of the load at all. */
const Address = z.object(
  {
    request: z.object(
      {
        url: z
          .string({ error: 'an absolute URL' })
          .refine((url) => URL.canParse(url), { error: 'an absolute URL' })
          .transform((url) => new URL(url)),
      },
      { error: 'a request' },
    ),
  },
  { error: 'an entry with `request` and `response`' },
);

interface Gathered {
  origin: string | null;
  requests: HttpRequest[];
  leftOut: LeftOut[];
  mistakes: HarMistake[];
}

function gather(entries: readonly unknown[]): Gathered {
  let origin: string | null = null;
  const kinds = new Map<string, HttpRequest>();
  const leftOut = new Map<string, number>();
  const mistakes: HarMistake[] = [];
  for (const [index, raw] of entries.entries()) {
    const leaveOut = (reason: string) => leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
    const address = check(Address, raw);
    if (address.value === null) {
      mistakes.push(...asText(address.mistakes, index + 1));
      continue;
    }
    const { url } = address.value.request;
    if (!/^https?:$/.test(url.protocol)) {
      leaveOut('not over HTTP');
      continue;
    }
    origin ??= url.origin;
    if (url.origin !== origin) {
      leaveOut('to other hosts');
      continue;
    }
    const recorded = check(Recorded, raw);
    if (recorded.value === null) {
      mistakes.push(...asText(recorded.mistakes, index + 1));
      continue;
    }
    const result = toRequest(recorded.value, url);
    if ('mistake' in result) {
      mistakes.push({ entry: index + 1, ...result.mistake });
      continue;
    }
    const reason = 'leftOut' in result ? result.leftOut : count(result.request, kinds);
    if (reason !== null) leaveOut(reason);
  }
  return {
    origin,
    requests: [...kinds.values()],
    leftOut: [...leftOut].map(([reason, number]) => ({ reason, entries: number })),
    mistakes,
  };
}

/** Counts a request among those that are the same; a reason when it cannot be one of them. */
function count(request: HttpRequest, kinds: Map<string, HttpRequest>): string | null {
  const { method, path, headers, body, expect } = request;
  const key = JSON.stringify([method, path, headers, body]);
  const same = kinds.get(key);
  if (same !== undefined && same.expect.status !== expect.status) {
    return 'the same as an earlier one with another answer';
  }
  if (same === undefined) kinds.set(key, request);
  else kinds.set(key, { ...same, weight: same.weight + 1 });
  return null;
}

/** Some tools put a byte order mark first, which JSON does not allow. */
function parseJson(text: string): { value: unknown } | { mistake: HarMistake } {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    const hint = 'save it again as HAR, from the network view of a browser or from a proxy';
    return { mistake: { entry: null, message: `not JSON: ${reason}`, hint } };
  }
}

function asText(mistakes: readonly Mistake[], entry: number | null): HarMistake[] {
  return mistakes.map(({ path, message, hint }) => {
    const at = keyPath(path);
    return { entry, message: at === '' ? message : `${at}: ${message}`, hint };
  });
}

function unusable(message: string): { recording: null; mistakes: HarMistake[] } {
  return { recording: null, mistakes: [{ entry: null, message }] };
}

function nothingIn({ leftOut }: Gathered): string {
  if (leftOut.length === 0) return 'no entries';
  return `no request that can be sent: ${listed(leftOut)}`;
}

function listed(leftOut: readonly LeftOut[]): string {
  return leftOut.map(({ reason, entries }) => `${entries} ${reason}`).join(', ');
}
