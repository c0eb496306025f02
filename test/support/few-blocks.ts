/** Block values of equal builds on a machine with other work: what could make a rule that stops after few blocks call them different. */
import { NOISES, type Noise } from './block-noise.ts';

/** Share of the blocks that a burst of other work hits in one arm. */
const HIT = 0.1;

/** Bursts of so many standard deviations. In a job they hit the same arm each time, or either. */
function bursts(size: number, isSameArm: boolean): Noise {
  return (z, count) => {
    const job = z() < 0 ? -1 : 1;
    return Array.from({ length: count }, () => {
      const value = z();
      const isHit = Math.abs(z()) > 1.6449;
      const arm = isSameArm ? job : z() < 0 ? -1 : 1;
      return isHit ? value + size * arm : value;
    });
  };
}

/** Either arm comes up in one of two states, so many standard deviations apart, in half of its starts. */
function twoStates(apart: number): Noise {
  const state = (z: () => number) => (z() < 0 ? 0 : apart);
  return (z, count) => Array.from({ length: count }, () => z() + state(z) - state(z));
}

/** What all blocks of a run have in common, in standard deviations of a block. */
function common(part: number): Noise {
  return (z, count) => {
    const ofRun = part * z();
    return Array.from({ length: count }, () => ofRun + z());
  };
}

function known(beginning: string): Noise {
  return (NOISES.find(({ name }) => name.startsWith(beginning)) as (typeof NOISES)[number]).draw;
}

/** `keepsLevel`: the rate of false alarms is at most the nominal one, in budgets `from` so many blocks on. */
export const FEW_BLOCKS: { name: string; draw: Noise; keepsLevel: boolean; from?: number }[] = [
  { name: 'normal', draw: known('normal'), keepsLevel: true },
  { name: 'heavy tails (t, 3 degrees of freedom)', draw: known('heavy'), keepsLevel: true },
  {
    name: `a burst of 3 sd hits either arm in ${100 * HIT} % of the blocks`,
    draw: bursts(3, false),
    keepsLevel: true,
  },
  { name: 'the same, always the same arm of a job', draw: bursts(3, true), keepsLevel: true },
  {
    name: 'a burst of 10 sd, always the same arm of a job',
    draw: bursts(10, true),
    keepsLevel: true,
  },
  {
    name: 'either arm in one of two states, 30 sd apart, in half of its starts',
    draw: twoStates(30),
    keepsLevel: true,
    from: 5,
  },
  {
    name: 'blocks follow each other (AR 0.3)',
    draw: known('blocks follow each other (AR 0.3'),
    keepsLevel: false,
  },
  {
    name: 'blocks follow each other (AR 0.6)',
    draw: known('blocks follow each other (AR 0.6'),
    keepsLevel: false,
  },
  { name: 'all blocks of a run share 0.3 sd', draw: common(0.3), keepsLevel: false },
  { name: 'all blocks of a run share 0.5 sd', draw: common(0.5), keepsLevel: false },
];
