/** Names of the scenarios that one scenario with `cores` becomes: `plain@1`, `plain@2`. */

/** No name that a user writes can hold it. */
const MARK = '@';

/** `cores` null: the scenario has its own name. */
export function nameAtCores(name: string, cores: number | null): string {
  return cores === null ? name : `${name}${MARK}${cores}`;
}

/** The name in the config file. */
export function nameAsWritten(name: string): string {
  return name.split(MARK)[0] as string;
}
