/** The profile of a slower subject in the page, with its files, which lie beside it. */
import type { SubjectProfile } from '../../measure/profile/profile.ts';
import { escapeMarkup, htmlTable, phraseToHtml } from '../markup/html-markup.ts';
import {
  LONGEST_FUNCTION,
  PROFILE_TITLES,
  profileFiles,
  profileRow,
  profileText,
  profileTitle,
} from '../sections/profile.ts';

/** Nothing where none was taken. */
export function profileBlock(profile: SubjectProfile | undefined): string[] {
  if (profile === undefined) return [];
  const rows = (profile.rows ?? []).map((row) => {
    const [name, ...figures] = profileRow(row);
    return [`<code>${escapeMarkup(name, LONGEST_FUNCTION)}</code>`, ...figures];
  });
  const columns = PROFILE_TITLES.map((title, i) =>
    i === 0 ? { title } : { title, kind: 'number' as const },
  );
  // Letters, digits and slashes alone: the schema of the verdict has no others.
  const links = profileFiles(profile).map(
    (file) => `<a href="${file}">${escapeMarkup(file, 400)}</a>`,
  );
  return [
    `<h3>${profileTitle(profile)}</h3>`,
    `<p class="soft">${phraseToHtml([profileText(profile)])}</p>`,
    ...(rows.length === 0 ? [] : [htmlTable(columns, rows)]),
    `<p class="soft">Beside this page: ${links.join(', ')}</p>`,
  ];
}
