/** The headline where head does not answer what base answers, so that its speed says nothing. */

import type { Form } from '../../config/settings/spelling.ts';
import { OTHER_ANSWERS } from '../../judge/findings/finding.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { envText, inScenario, readyOnly } from '../cures/cure-settings.ts';
import type { Sentences } from './sentences.ts';
import { which } from './which.ts';

export function answersOtherwise({ reasons }: SubjectVerdict): boolean {
  return reasons.some(({ code }) => OTHER_ANSWERS.includes(code));
}

/** Both builds do, and one as the other: the only one of these reasons. */
function changeOf({ reasons }: SubjectVerdict): keyof typeof CHANGES | null {
  const [code, ...others] = reasons
    .map((one) => one.code)
    .filter((one) => OTHER_ANSWERS.includes(one));
  const isOfBoth = code === 'answers-change-under-load' || code === 'answers-change-after-start';
  return isOfBoth && others.length === 0 ? code : null;
}

const CHANGES = {
  'answers-change-under-load': {
    title: 'The answers change under load: both builds answer with something else than before it (',
    action: (form: Form | undefined) =>
      `It may be a page that keeps robots out (a captcha, a firewall): turn that off for this run, by ${envText(form)}. Or the servers were not ready before the load, and said so with a good status. ${readyOnly(form)}.`,
  },
  'answers-change-after-start': {
    title:
      'The servers were not ready: both builds answer with something else some seconds after the start (',
    action: (form: Form | undefined) => `${readyOnly(form)}.`,
  },
};

export function otherAnswers(concerned: SubjectVerdict[], all: Verdict): Sentences {
  const differing = concerned.filter((one) => changeOf(one) === null);
  const code = concerned[0] === undefined ? null : changeOf(concerned[0]);
  const change = differing.length === 0 && code !== null ? CHANGES[code] : null;
  const form = concerned[0]?.form;
  const meant = `If that is meant, say ${inScenario('answers: may-differ', form)}`;
  return {
    title: [
      change?.title ?? 'The answers differ: head does not answer what base answers (',
      ...which(change === null ? differing : concerned, all),
      `), so ${change === null ? 'its' : 'their'} speed is not compared.`,
    ],
    detail: ['This is not a pass.'],
    action: [
      change === null
        ? `See below what differs. ${meant}; if not, mend the server.`
        : `${change.action(form)} ${meant}.`,
    ],
  };
}
