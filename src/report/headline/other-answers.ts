/** The headline where head does not answer what base answers, so that its speed says nothing. */
import { OTHER_ANSWERS } from '../../judge/findings/finding.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { envText, inScenario } from '../cures/cure-settings.ts';
import type { Sentences } from './sentences.ts';
import { which } from './which.ts';

export function answersOtherwise({ reasons }: SubjectVerdict): boolean {
  return reasons.some(({ code }) => OTHER_ANSWERS.includes(code));
}

/** Both builds do, and one as the other. */
function changesUnderLoad({ reasons }: SubjectVerdict): boolean {
  const codes = reasons.map(({ code }) => code).filter((code) => OTHER_ANSWERS.includes(code));
  return codes.every((code) => code === 'answers-change-under-load');
}

export function otherAnswers(concerned: SubjectVerdict[], all: Verdict): Sentences {
  const differing = concerned.filter((one) => !changesUnderLoad(one));
  const isOfBoth = differing.length === 0;
  const form = concerned[0]?.form;
  const meant = `If that is meant, say ${inScenario('answers: may-differ', form)}`;
  return {
    title: [
      isOfBoth
        ? 'The answers change under load: both builds answer with something else than before it ('
        : 'The answers differ: head does not answer what base answers (',
      ...which(isOfBoth ? concerned : differing, all),
      `), so ${isOfBoth ? 'their' : 'its'} speed is not compared.`,
    ],
    detail: ['This is not a pass.'],
    action: [
      isOfBoth
        ? `It may be a page that keeps robots out (a captcha, a firewall): turn that off for this run, by ${envText(form)}. ${meant}.`
        : `See below what differs. ${meant}; if not, mend the server.`,
    ],
  };
}
