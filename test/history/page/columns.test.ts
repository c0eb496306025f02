/** Columns of figures as short text, and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pack, packFigures, unpack, unpackFigures } from '../../../src/history/page/columns.ts';
import { fc } from '../../support/properties.ts';

test('Whole numbers come back as they were, gaps among them', () => {
  const whole = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
  fc.assert(
    fc.property(fc.array(fc.option(whole)), (values) => {
      assert.deepEqual(unpack(pack(values)), values);
    }),
  );
});

test('Figures above nothing come back to a thousandth of a percent', () => {
  const figure = fc.double({ min: 1e-9, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.option(figure)), (figures) => {
      unpackFigures(packFigures(figures)).forEach((one, i) => {
        const given = figures[i] ?? null;
        if (given === null) assert.equal(one, null);
        else assert.ok(Math.abs(Math.log((one as number) / given)) < 1e-5);
      });
    }),
  );
});

test('Figures that may be nothing or below it come back to a millionth of the largest', () => {
  const figures = [0, -3.25, 1000, null, 0.5];
  const back = unpackFigures(packFigures(figures));
  figures.forEach((one, i) => {
    if (one === null) assert.equal(back[i], null);
    else assert.ok(Math.abs((back[i] as number) - one) <= 1e-3);
  });
  assert.deepEqual(unpackFigures(packFigures([0, 0])), [0, 0]);
});

test('Ten thousand figures with noise of 3 % take less than 30 kB', () => {
  const figures = Array.from({ length: 10_000 }, (_, i) => 40_000 * (1 + 0.03 * Math.sin(i * i)));
  assert.ok(packFigures(figures).values.length < 30_000);
});
