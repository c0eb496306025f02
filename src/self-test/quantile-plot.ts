/** P-values beside those that even chance would give, drawn in letters: a page that shows no pictures shows this. */
import { formatNumber } from '../report/wording/format.ts';

const [WIDTH, HEIGHT] = [41, 21];

/**
 * Each p-value of `ps`, ascending, stands at the quantile that it should have. Where p-values are honest the points (`o`) lie along
 * the diagonal (`.`); below it they are too small, which is a test that is too sure of itself.
 */
export function quantilePlot(ps: readonly number[]): string {
  const rows = Array.from({ length: HEIGHT }, () => Array.from({ length: WIDTH }, () => ' '));
  const put = (x: number, y: number, mark: string) => {
    const row = rows[HEIGHT - 1 - Math.round(y * (HEIGHT - 1))] as string[];
    row[Math.round(x * (WIDTH - 1))] = mark;
  };
  for (let i = 0; i < WIDTH; i++) put(i / (WIDTH - 1), i / (WIDTH - 1), '.');
  for (const [i, p] of ps.entries()) put((i + 0.5) / ps.length, Math.min(1, p), 'o');
  const label = (row: number) => {
    const at = 1 - row / (HEIGHT - 1);
    return row % 5 === 0 ? formatNumber(at, 2).padStart(5) : '     ';
  };
  const lines = rows.map((row, i) => `${label(i)} |${row.join('').trimEnd()}`);
  const axis = `      +${'-'.repeat(WIDTH)}`;
  const ticks = ['0', '0.25', '0.5', '0.75', '1'];
  const scale = ticks.reduce(
    (text, tick, i) => text.padEnd(7 + i * Math.floor(WIDTH / 4) - (i === 0 ? 0 : 1)) + tick,
    '',
  );
  return [...lines, axis, scale].join('\n');
}
