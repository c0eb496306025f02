/** How a setting is written in the form that the user has chosen: a config file, flags, or the action's inputs. Pure. */
import * as z from 'zod';
import type { DeepReadonly } from '../../terms/deep-readonly.ts';
import { keysOf, type Setting, type SettingName } from './settings.ts';

export const Form = z.enum(['file', 'flags', 'inputs']);
export type Form = DeepReadonly<z.infer<typeof Form>>;

/** In which of the two a setting was given that stands in no file; one that was not given could be a flag. */
export function formOf(setting: Setting | undefined): Exclude<Form, 'file'> {
  return setting?.origin.startsWith('input ') ? 'inputs' : 'flags';
}

/** On the command line these are there or not, and take no value. */
const SWITCHES: readonly SettingName[] = ['measureAll', 'failOnInconclusive', 'failOnNoBaseline'];

/** "`ready.timeout`", "`--ready-timeout`", "input `ready-timeout`". */
export function named(name: SettingName, form: Form): string {
  switch (form) {
    case 'file':
      return `\`${keysOf(name).join('.')}\``;
    case 'flags':
      return `\`--${kebab(name)}\``;
    case 'inputs':
      return `input \`${kebab(name)}\``;
  }
}

/** The same with a value: "`ready: { timeout: 60s }`", "`--ready-timeout 60s`", "input `ready-timeout: 60s`". */
export function written(name: SettingName, value: string | number, form: Form): string {
  switch (form) {
    case 'file': {
      const inside = keysOf(name).reduceRight(
        (text, key, index) => (index === 0 ? `${key}: ${text}` : `{ ${key}: ${text} }`),
        String(value),
      );
      return `\`${inside}\``;
    }
    case 'flags':
      if (SWITCHES.includes(name)) return named(name, form);
      return `\`--${kebab(name)} ${forShell(String(value))}\``;
    case 'inputs':
      return `input \`${kebab(name)}: ${value}\``;
  }
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function forShell(value: string): string {
  return /^[\w./:=@%+,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
