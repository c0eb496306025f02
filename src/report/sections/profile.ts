/** The profile of a slower subject, in words and figures. */

import { subjectName } from '../../config/experiment/experiment.ts';
import type { SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import type { ProfileRow, SubjectProfile } from '../../measure/profile/profile.ts';
import { alignedTable } from '../markup/aligned-table.ts';
import { codeSpan, escapeText, tableCell } from '../markup/escape.ts';
import { fold } from '../markup/fold.ts';
import { worstFirst } from '../tables/rows.ts';
import {
  formatCount,
  formatDuration,
  formatNumber,
  formatSize,
  NOTHING,
} from '../wording/format.ts';

export const LONGEST_FUNCTION = 120;

export function profileTitle({ base }: SubjectProfile): string {
  return base === null ? 'Where head spends its time' : 'Where head spends more';
}

/** What the figures are, and what they are not. */
export function profileText(profile: SubjectProfile): string {
  const { durationMs, base, head, rows } = profile;
  const how = `Taken after the verdict, which does not rest on it, by the server's \`profile\`: ${formatDuration(durationMs)} of load on each build alone.`;
  if (rows === null) {
    return `${how} The files are of a kind that has no table here: open them with the tool that made them.`;
  }
  const samples = [base, head].flatMap((one) => (one?.samples == null ? [] : [one.samples]));
  const counts = samples.map(formatCount).join(' in base and ');
  const what = `A figure is the share of the samples (${counts}${samples.length > 1 ? ' in head' : ''}) that found the program in that function itself, and in nothing that it called.`;
  if (rows.length > 0) {
    const more = base === null ? '' : ' Where one share rises, others fall.';
    return `${how} ${what}${more}`;
  }
  return `${how} No function has a share in head that is larger by more than chance: head may be slower everywhere alike, or wait for something, which such a profile does not show.`;
}

export const PROFILE_TITLES = ['Function', 'Base', 'Head', 'Points more'] as const;

/** As text: name, base, head, difference. */
export function profileRow({ name, base, head }: ProfileRow): [string, string, string, string] {
  return [
    name,
    base === null ? NOTHING : formatSize(base),
    formatSize(head),
    base === null ? NOTHING : formatNumber(100 * (head - base), 1),
  ];
}

/** All files, base's first. */
export function profileFiles({ base, head }: SubjectProfile): readonly string[] {
  return [...(base?.files ?? []), ...(head?.files ?? [])];
}

/** For the job summary: a fold for each; nothing where there is none. */
export function profilesInMarkdown(verdict: Verdict): string[] {
  return worstFirst(verdict.subjects).flatMap((subject) => {
    return subject.profile === undefined ? [] : [inMarkdown(subject, subject.profile)];
  });
}

function inMarkdown(subject: SubjectVerdict, profile: SubjectProfile): string {
  const rows = (profile.rows ?? []).map((row) => {
    const [name, ...figures] = profileRow(row);
    return [tableCell(codeSpan(name, LONGEST_FUNCTION)), ...figures];
  });
  const files = profileFiles(profile).map((file) => codeSpan(file, 400));
  const title = `${profileTitle(profile)}: ${escapeText(subjectName(subject), 200)}`;
  return fold(title, [
    profileText(profile),
    ...(rows.length === 0
      ? []
      : [alignedTable([[...PROFILE_TITLES], ...rows], ['l', 'r', 'r', 'r'])]),
    `In the folder of results: ${files.join(', ')}`,
  ]);
}
