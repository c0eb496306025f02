/** How many, in words. */
const NUMBERS = new Intl.NumberFormat('en-US');

/** With thousands separators. */
export function counted(count: number): string {
  return NUMBERS.format(count);
}

/** `1 subject`, `3 subjects`. */
export function plural(count: number, singular: string, more = `${singular}s`): string {
  return `${counted(count)} ${count === 1 ? singular : more}`;
}
