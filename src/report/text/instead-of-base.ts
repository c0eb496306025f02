/** What is told when head is compared with earlier runs because base cannot be built. */

/** `why`: what became of base's build; `from`: where the earlier runs are. */
export function insteadText(why: string, from: string): string {
  return `base cannot be built (${why}), so head is compared with earlier runs instead, those of ${from}: that sees only larger slowdowns. \`baseline: rebuild\` would give no verdict here`;
}
