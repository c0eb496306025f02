/**
 * What every measurement of two live arms fulfils, written anew from the meaning of the file, without the program's own
 * checks: the oracle of the fuzz test. Knows nothing of holds and earlier runs, which the recordings do not have.
 */
import type { Json } from './mutations.ts';

type Tree = { [key: string]: Json };

/** Why it cannot be; none when it can. */
export function faultsOf(file: Json): string[] {
  const faults: string[] = [];
  const expect = (holds: boolean, what: string) => {
    if (!holds) faults.push(what);
  };
  try {
    const whole = file as Tree;
    const plan = whole.plan as Tree;
    const arms = [...(plan.arms as string[])].sort().join();
    expect(arms === 'base,head', 'arms');
    for (const subject of whole.subjects as Tree[]) {
      const planned = (plan.subjects as Tree[]).find(
        (one) => one.server === subject.server && one.scenario === subject.scenario,
      ) as Tree;
      const orders = planned.blocks as Tree[];
      const looks = planned.looks as number[];
      expect(
        looks.every((look, i) => i === 0 || look > (looks[i - 1] as number)),
        'looks',
      );
      expect(looks.at(-1) === orders.length, 'last look');
      expect((subject.blocks as Tree[]).length <= orders.length, 'blocks');
      (subject.blocks as Tree[]).forEach((block, i) => {
        expect(block.index === i, `index ${i}`);
        const order = (orders[i] as Tree).sliceOrder as string;
        expect(block.sliceOrder === order, `order ${i}`);
        expect((block.sliceUs as Json[]).length === order.length, `sliceUs ${i}`);
        expect((block.sliceGood as Json[]).length === order.length, `sliceGood ${i}`);
        expect(
          (block.sliceUs as number[]).every((us) => us > 0 && us < 1e12),
          `times ${i}`,
        );
        expect(
          (block.sliceGood as number[]).every((good) => Number.isInteger(good) && good >= 0),
          `good ${i}`,
        );
        expect(
          Object.keys(block.arms as Tree)
            .sort()
            .join() === arms,
          `arms ${i}`,
        );
        for (const [arm, seen] of Object.entries(block.arms as Record<string, Tree>)) {
          const failed = Object.values(seen.errors as Tree).reduce(
            (sum: number, n) => sum + (n as number),
            0,
          );
          expect(seen.attempted === (seen.good as number) + failed, `counts ${arm} ${i}`);
          const own = (block.sliceGood as number[]).filter((_, k) => order[k] === arm[0]);
          expect(own.reduce((sum, n) => sum + n, 0) <= (seen.good as number), `work ${arm} ${i}`);
        }
        expect(
          numbersIn(block).every((n) => n >= 0 && n <= 1e15),
          `numbers ${i}`,
        );
      });
    }
  } catch (error) {
    faults.push(`it has not the parts: ${String(error)}`);
  }
  return faults;
}

function numbersIn(value: Json): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}
