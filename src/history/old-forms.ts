/** How lines of older forms are read: the step from each form to the next. Pure. */

/** Of a form that is not checked yet. */
type Raw = Record<string, unknown>;

/** By the form that a line has: the line in the next one. There is none older than 1 yet. */
const STEPS: Readonly<Record<number, (line: Raw) => Raw>> = {};

/** In the form that this version writes, as far as there are steps to it; to be checked by the schema afterwards. */
export function upgradedLine(line: Raw, steps: typeof STEPS = STEPS): Raw {
  let current = line;
  for (;;) {
    const step = typeof current.form === 'number' ? steps[current.form] : undefined;
    if (step === undefined) return current;
    current = step(current);
  }
}
