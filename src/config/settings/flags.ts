/** Settings → the words of a command line that give them again. */
import type { Arm } from '../../terms/arm.ts';
import { isOn, SETTING_NAMES, type SettingName, type Settings } from './settings.ts';

type FlagName = SettingName | 'config';

/** Of a setting with one value, `config` included: `--warm-up` of `warmUp`, which is what commander makes of it again. */
export function flagName(name: FlagName): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** They have no value on a command line. */
export const SWITCHES = ['failOnInconclusive', 'failOnNoBaseline', 'measureAll'] as const;

/** The line is for one subject, which a limit for all of them does not concern; and nobody wants to keep it in the history. */
const LEFT_OUT = ['budget', 'jobBudget', 'history'] as const;

/** The budgets and `--only` are left to whoever prints the line. */
export function flagsOf(settings: Settings): string[] {
  const names: FlagName[] = ['config', ...SETTING_NAMES];
  const without: readonly string[] = [...SWITCHES, ...LEFT_OUT];
  const flags = names.flatMap((name) => {
    const value = settings[name]?.value ?? '';
    return without.includes(name) || value.trim() === '' ? [] : [flagName(name), value];
  });
  for (const { value } of settings.claims ?? []) flags.push('--claim', value);
  for (const name of SWITCHES) {
    if (isOn(settings[name])) flags.push(flagName(name));
  }
  return flags;
}

/** For `flagsOf`: whose config file it was. */
export function configFromFlags(from: Arm): string[] {
  return from === 'base' ? ['--config-from', 'base'] : [];
}
