/** Whether the job of a versus fails, and by what: a claim that gates, or a contender that cannot be measured. */
import { exitCode } from '../../judge/verdict/exit-code.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { claimRows } from '../claims/rows.ts';
import { cureText } from '../cures/cure-text.ts';
import type { Phrase } from '../markup/phrase.ts';
import { failureOf } from './lead.ts';

export interface VersusCheck {
  code: number;
  /** A sentence for each thing that the job fails for, or that it could have failed for. */
  said: Phrase[];
}

/** What would mend it, where that is known. */
function curesOf(broken: readonly SubjectVerdict[]): Phrase {
  const [cure] = broken.flatMap((subject) => subject.cure ?? []);
  return cure === undefined ? [] : [' ', { quote: cureText(cure) }];
}

export function versusCheck(verdict: Verdict): VersusCheck {
  const gates = claimRows(verdict).filter(({ isGate }) => isGate);
  const refuted = gates.filter(({ answer }) => answer === 'refuted');
  const open = gates.filter(({ answer }) => answer === 'undecided');
  const broken = verdict.subjects.filter((subject) => failureOf(subject) !== null);
  const failsOnOpen = verdict.failsOn?.inconclusive ?? false;
  const said: Phrase[] = [
    ...refuted.map(
      ({ claim, measured, claimed }): Phrase => [
        'The check is red: the claim ',
        { name: claim },
        ` gates (\`gate: true\`) and is refuted: measured ${measured}, claimed ${claimed}.`,
      ],
    ),
    ...(broken.length === 0
      ? []
      : [['The check is red: a contender could not be measured.', ...curesOf(broken)]]),
    ...open.map(
      ({ claim }): Phrase =>
        failsOnOpen
          ? [
              'The check is red: the claim ',
              { name: claim },
              ' gates and is undecided, and `fail-on-inconclusive` is on.',
            ]
          : [
              'The claim ',
              { name: claim },
              ' gates and is undecided: `fail-on-inconclusive` is off.',
            ],
    ),
  ];
  const code = exitCode(verdict, { failOnInconclusive: failsOnOpen, failOnNoBaseline: false });
  return { code, said };
}
