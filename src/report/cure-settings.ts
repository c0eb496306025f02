/** Settings that are advised in more than one place, as the user writes them. */
import { type Form, written } from '../config/spelling.ts';

/** Where the form is not known: the input, the flag of the same name, and the key of a config file. */
export function expectText(status: number, form: Form | undefined): string {
  return form === undefined
    ? `set \`expect-status: ${status}\` (flag \`--expect-status ${status}\`, config file \`expect: { status: ${status} }\`)`
    : `set ${written('expectStatus', status, form)}`;
}

export function headerText(line: string, form: Form | undefined): string {
  return form === 'flags' || form === 'inputs'
    ? written('headers', line, form)
    : `\`headers: { ${line} }\``;
}
