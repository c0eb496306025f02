/** Answers that say by their body that the request failed, and by their status that it came off. */
import type { FindingOf } from '../../judge/findings/finding.ts';
import { ofFailedCode } from '../../measure/observed/answers.ts';
import { inScenario, settingName } from '../cures/cure-settings.ts';
import type { Words } from '../wording/names.ts';

const ERROR_FORM = {
  errors: '`errors` and no `data`',
  'json-rpc': '`error` of JSON-RPC',
  envelope: '`ok`, `success` or `status` and a reason',
  php: '`Fatal error` of PHP',
  trace: 'a trace of code that failed',
};

export function sayError(
  { data: { requests }, severity }: FindingOf<'answers-say-error'>,
  { form }: Words,
): string {
  const which = requests.map((one) => `${one.request} (${ERROR_FORM[one.form]})`).join(', ');
  const seen = `every answer to ${which} says that the request failed, whatever its status says: the load measures how fast the server refuses`;
  const isOfPhp = requests.every((one) => one.form === 'php');
  const cure = isOfPhp
    ? `PHP shows its errors there, with status 200: with \`php -d display_errors=0\` (${settingName('start', form)}) it answers 500, and its log says why`
    : requests.some((one) => ofFailedCode(one.form))
      ? 'Ask it once yourself: the trace says what fails. Let the server answer a failure by a status of 500'
      : `Ask it once yourself, and look at ${settingName('body', form)} and ${settingName('headers', form)}`;
  if (severity === 'warning') return `${seen}. ${cure}.`;
  return `${seen}. That says nothing about the code, so nothing is called unchanged or better. ${cure}; or if it is meant, say ${inScenario('answers: may-differ', form)}`;
}
