import assert from 'node:assert/strict';
import { it } from 'node:test';
import { howMeasured } from '../../../src/report/sections/method.ts';
import { serversText } from '../../../src/report/wording/cpus.ts';
import type { Cores } from '../../../src/terms/core-sets.ts';
import { verdictOf } from '../build.ts';

it('The report says on how many physical cores the CPUs are, and what of them was used', () => {
  const machineLine = (cores: Partial<ReturnType<typeof verdictOf>['cores']>) => {
    const verdict = verdictOf('no-baseline', []);
    const [facts = ''] = howMeasured({ ...verdict, cores: { ...verdict.cores, ...cores } });
    return facts.split('\n').find((line) => line.startsWith('- **Machine**')) ?? '';
  };
  assert.match(machineLine({}), /, 4 cores; /);
  assert.match(
    machineLine({
      physical: [
        [0, 1],
        [2, 3],
      ],
    }),
    /, 4 CPUs = 2 cores × 2; /,
  );
  assert.match(machineLine({ physical: [[0], [2]] }), /, 4 CPUs, of which 2 cores were used; /);
  assert.match(machineLine({ physical: [[0], [1], [2, 3]] }), /, 4 CPUs on 3 cores; /);
});

it('Where the servers run is one sentence, be they together, apart, or with something beside them', () => {
  const list = (of: readonly number[] | null) => (of ?? []).join(' ');
  const cores = { generator: [0, 1], servers: [2, 3, 4, 5], note: null };
  assert.equal(serversText(cores, list), 'servers on 2 3 4 5');
  const own: Cores = {
    ...cores,
    halves: [
      [2, 3],
      [4, 5],
    ],
    beside: [6],
  };
  assert.equal(
    serversText(own, list),
    'each server on 2 3 or on 4 5 (a live pair on one each, changed over in every block); what runs beside them on 6',
  );
});
