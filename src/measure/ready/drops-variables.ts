/** Whether a start command hands its variables on to the server: PORT is one. Pure. */

const BEFORE = String.raw`(?:^|[\s;&|(/])`;
const WAYS: readonly (readonly [tool: string, sign: RegExp])[] = [
  ['sudo', new RegExp(String.raw`${BEFORE}sudo\s`)],
  ['doas', new RegExp(String.raw`${BEFORE}doas\s`)],
  ['env -i', new RegExp(String.raw`${BEFORE}env\s+(?:-i|--ignore-environment|-)\s`)],
  ['su -', new RegExp(String.raw`${BEFORE}su\s(?:[^;&|]*\s)?(?:-|-l|--login)\s`)],
  ['runuser -', new RegExp(String.raw`${BEFORE}runuser\s(?:[^;&|]*\s)?(?:-|-l|--login)\s`)],
];
/** All of them are kept, or the one that counts is given anew. */
const KEPT = /\s(-\w*E|--preserve-env(=\S*)?)\s|\b(PORT|SOCKET)=/;

/** By what it does not: "sudo". Null: it does, as far as that can be seen. */
export function dropsVariables(start: string): string | null {
  if (KEPT.test(start)) return null;
  return WAYS.find(([, sign]) => sign.test(start))?.[0] ?? null;
}
