import assert from 'node:assert/strict';
import { it } from 'node:test';
import { howMeasured } from '../../src/report/method.ts';
import { verdictOf } from './build.ts';

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
