/** What the bench of the run effect keeps: one line of JSON each. */
import { readFileSync } from 'node:fs';
import type { BlockMeasurement } from '../../src/measure/measurement.ts';
import type { Sizes } from './measure.ts';

export type Line = { fixture: string } & (
  | { kind: 'sizes'; sizes: Sizes }
  | { kind: 'run'; condition: string; startedAt: string; blocks: BlockMeasurement[] }
);

export function readLog(file: string): Line[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}
