/** Lines of a history for tests: one that is sound, altered as the test needs it. */
import type { HistoryLine, HistoryMetric } from '../../src/history/line.ts';
import { LINE_FORM } from '../../src/history/line.ts';
import { filesIn, type HistoryStore, realChanges } from '../../src/history/stores/store.ts';
import type { VerdictWord } from '../../src/terms/verdict-word.ts';

/** A full commit id that stands for the number. */
export function commitOf(number: number): string {
  return number.toString(16).padStart(40, '0');
}

/** The line of the `number`-th run: runs begin an hour after each other, and each push brings one commit. */
export function lineOf(number: number, edit: Partial<HistoryLine> = {}): HistoryLine {
  return {
    form: LINE_FORM,
    subject: { server: 'api', scenario: 'plain' },
    at: new Date(Date.UTC(2026, 0, 1, number)).toISOString(),
    tool: '0.1.0',
    commit: commitOf(number),
    base: commitOf(number - 1),
    before: commitOf(number - 1),
    pulls: [number],
    run: {
      id: 1000 + number,
      attempt: 1,
      url: `https://github.com/octo/app/actions/runs/${1000 + number}/attempts/1`,
    },
    fingerprint: { hash: 'a1b2c3d4e5f60718', parts: { cpu: 'Model A', kernel: '6.11.0' } },
    verdict: 'unchanged',
    accepted: null,
    metrics: {
      throughput: metricOf(40_000, 0),
      cpu: metricOf(2e-5, 0, { unit: 's', better: 'lower' }),
    },
    calibrator: { hash: 'ffeeddccbbaa', rates: { work: 10_000, light: 80_000 } },
    ...edit,
  };
}

/** `log`: ln(head / base). */
export function metricOf(
  head: number,
  log: number,
  edit: Partial<HistoryMetric> = {},
): HistoryMetric {
  return {
    unit: 'req/s',
    better: 'higher',
    word: 'unchanged',
    gating: true,
    head,
    base: head / Math.exp(log),
    ratio: { log, interval: [log - 0.01, log + 0.01] },
    calibrated: { log: -0.2 + log, light: 2.1, sd: 0.01, blocks: 12 },
    ...edit,
  };
}

/** A line whose throughput has this word, and its subject too. */
export function lineWith(
  number: number,
  word: VerdictWord,
  edit: Partial<HistoryLine> = {},
): HistoryLine {
  return lineOf(number, {
    verdict: word,
    metrics: { throughput: metricOf(40_000, 0, { word }) },
    ...edit,
  });
}

/** A store that is gone with the test. */
export function memoryStore(given: Readonly<Record<string, string>> = {}): HistoryStore {
  const held = new Map(Object.entries(given));
  return {
    name: 'the memory',
    read: (look) => look(filesIn(held)),
    check: async () => undefined,
    update: async (change) => {
      const changes = await realChanges(filesIn(held), await change(filesIn(held)));
      for (const [path, text] of changes) {
        if (text === null) held.delete(path);
        else held.set(path, text);
      }
      return { changed: changes.size > 0, retries: 0 };
    },
  };
}
