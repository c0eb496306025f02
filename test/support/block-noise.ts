/** Block values as servers and machines make them: independent, centred on nothing, with a standard deviation of about 1. */

/** `count` values of one job. */
export type Noise = (z: () => number, count: number) => number[];

const each =
  (value: (z: () => number) => number): Noise =>
  (z, count) =>
    Array.from({ length: count }, () => value(z));

/** Student's t with three degrees of freedom, over its standard deviation. */
function heavy(z: () => number): number {
  const squares = z() ** 2 + z() ** 2 + z() ** 2;
  return z() / Math.sqrt(squares / 3) / Math.sqrt(3);
}

/** Exponential less its mean: from half of the sum of two squared normals. */
function skewed(z: () => number): number {
  return (z() ** 2 + z() ** 2) / 2 - 1;
}

/** Share of the blocks in which a process of either arm came up in a slower state, and by how many standard deviations. */
const MODE = { share: 0.05, by: 3 };

function moded(z: () => number, uniform: () => number): number {
  const one = () => (uniform() < MODE.share ? MODE.by : 0);
  const sd = Math.sqrt(1 + 2 * MODE.share * (1 - MODE.share) * MODE.by ** 2);
  return (z() + one() - one()) / sd;
}

/** What each value keeps of the one before. */
const following =
  (share: number): Noise =>
  (z, count) => {
    let last = z();
    return Array.from({ length: count }, () => {
      last = share * last + Math.sqrt(1 - share ** 2) * z();
      return last;
    });
  };

/** By a random number from a normal one: the probability integral, logistic approximation within 0.02 %. */
function uniformFrom(z: () => number): () => number {
  return () => {
    const x = z();
    return 1 / (1 + Math.exp(-1.5976 * x - 0.07056 * x ** 3));
  };
}

/** `isSymmetric`: the t test's error must be its nominal one, or below. */
export const NOISES: { name: string; draw: Noise; isSymmetric: boolean }[] = [
  { name: 'normal', draw: each((z) => z()), isSymmetric: true },
  { name: 'heavy tails (t, 3 degrees of freedom)', draw: each(heavy), isSymmetric: true },
  {
    name: 'spread differs between blocks (lognormal, 0.5)',
    draw: each((z) => Math.exp(0.5 * z()) * z()),
    isSymmetric: true,
  },
  {
    name: 'processes in two states (5 % of them 3 sd slower, in either arm)',
    draw: (z, count) => {
      const uniform = uniformFrom(z);
      return Array.from({ length: count }, () => moded(z, uniform));
    },
    isSymmetric: true,
  },
  { name: 'skewed to the slow side (exponential)', draw: each(skewed), isSymmetric: false },
  { name: 'skewed to the fast side', draw: each((z) => -skewed(z)), isSymmetric: false },
  { name: 'blocks follow each other (AR 0.3)', draw: following(0.3), isSymmetric: false },
  { name: 'blocks follow each other (AR 0.6)', draw: following(0.6), isSymmetric: false },
];
