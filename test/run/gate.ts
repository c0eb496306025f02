/** `runGate` in process, on two folders and a scripted backend: what is asked, what is told, what is written. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { loadExperiment } from '../../src/config/load.ts';
import type { Verdict } from '../../src/judge/verdict/verdict.ts';
import type { OpenBackend } from '../../src/measure/backend.ts';
import { Measurement } from '../../src/measure/observed/measurement.ts';
import type { Emit } from '../../src/measure/told/events.ts';
import { treesBeside } from '../../src/run/past.ts';
import { runGate } from '../../src/run/pipeline.ts';
import { BY_ITSELF, FIXED_CONFIG, type GateRequest } from '../../src/run/request.ts';
import { openResults } from '../../src/system/results/results.ts';
import type { Script } from '../support/script.ts';
import { scripted } from '../support/scripted-backend.ts';

export type Told = Parameters<Emit>[0];

export interface Gated {
  verdict: Verdict;
  measurement: Measurement;
  told: Told[];
  /** Warnings and notes, in order. */
  words: string[];
}

/** Two servers that differ in a file. `config`: as in the file, YAML or JSON. */
export const CONFIG = { servers: { api: { start: 'node server.js' } } };

/** To its end. `wishes`: changes of the request; `wrap`: around the scripted backend. */
export async function gate(
  t: TestContext,
  {
    script = {},
    config = CONFIG,
    wishes = {},
    isAlone = false,
    wrap = (open) => open,
  }: {
    script?: Script;
    config?: object;
    wishes?: Partial<GateRequest>;
    /** Base is not measured, as with `stored`. */
    isAlone?: boolean;
    wrap?: (open: OpenBackend) => OpenBackend;
  } = {},
): Promise<Gated> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tg-run-')));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  for (const arm of ['base', 'head']) {
    mkdirSync(join(dir, arm, '.github'), { recursive: true });
    writeFileSync(join(dir, arm, 'server.js'), `// ${arm}\n`);
    writeFileSync(join(dir, arm, '.github/throughput-gate.yml'), JSON.stringify(config));
  }
  const [baseDir, headDir] = [join(dir, 'base'), join(dir, 'head')];
  const { experiment } = await loadExperiment({ root: headDir, settings: {} });
  const results = wishes.results ?? openResults(join(dir, 'out'));
  const told: Told[] = [];
  const { verdict } = await runGate(
    {
      experiment,
      flags: [],
      trees: treesBeside(isAlone ? { mode: 'stored' } : null, {
        cwd: dir,
        base: { kind: 'dir', dir: baseDir },
        headDir,
      }),
      config: FIXED_CONFIG,
      ...BY_ITSELF,
      results,
      seed: 7,
      env: process.env,
      signal: new AbortController().signal,
      emit: (event) => told.push(event),
      ...wishes,
    },
    wrap(scripted(script)),
  );
  const text = readFileSync(results.path('measurement'), 'utf8');
  return {
    verdict,
    measurement: Measurement.parse(JSON.parse(text)),
    told,
    words: told.flatMap((event) => ('message' in event ? [event.message] : [])),
  };
}
