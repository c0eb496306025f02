/** How long autocannon's opening burst takes: the whole job waits for it, and it gives figures that are shown and not judged. */

/** Enough for figures that a reader knows; longer where a server is so slow that few answers come in it, but never longer than a second. */
const BURST_MS = { least: 500, most: 1000 };
const LATENCIES = 20;

/** Seconds. `medianLatencyUs`: as the pilot run has just seen it. */
export function burstSeconds(medianLatencyUs: number): number {
  const wantedMs = (LATENCIES * medianLatencyUs) / 1000;
  return Math.min(BURST_MS.most, Math.max(BURST_MS.least, wantedMs)) / 1000;
}
