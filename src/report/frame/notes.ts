/** Reasons and warnings, each said once however many subjects it concerns. */
import { isDeepStrictEqual } from 'node:util';
import { subjectName } from '../../config/experiment/experiment.ts';
import type { Finding } from '../../judge/findings/finding.ts';
import { isSameCode } from '../../judge/verdict/same-code.ts';
import type { MetricVerdict, SubjectVerdict, Verdict } from '../../judge/verdict/verdict.ts';
import { findingText, metricReason, subjectReason } from '../findings/finding.ts';
import { openOnTheBadSide } from '../headline/confidence-text.ts';
import { quotedReason } from '../headline/why.ts';
import { codeBlock, codeSpan, sentenceText, splitMessage } from '../markup/escape.ts';
import { worstFirst } from '../tables/rows.ts';
import { plural } from '../wording/format.ts';
import { metricLabel } from '../wording/metric-text.ts';
import { namesOf } from '../wording/names.ts';

export interface Note {
  kind: 'reason' | 'warning';
  /** `server/scenario`, to be escaped, each with a metric's label or null. */
  about: { subject: string; metric: string | null }[];
  message: string;
}

/** Reasons before warnings, the worst subjects first. What the headline quotes is left out. */
export function notesOf(verdict: Verdict): Note[] {
  const notes = new Map<string, Note>();
  const add = (kind: Note['kind'], subject: string, metric: string | null, message: string) => {
    const key = `${kind} ${message}`;
    const note = notes.get(key) ?? { kind, about: [], message };
    notes.set(key, note);
    if (note.about.every((other) => other.subject !== subject))
      note.about.push({ subject, metric });
  };
  for (const subject of worstFirst(verdict.subjects)) {
    const name = subjectName(subject);
    const names = namesOf(subject);
    const reason = subjectReason({ reasons: subject.reasons.filter(tellsMore) }, names);
    if (reason !== null) add('reason', name, null, reason);
    for (const metric of subject.metrics) {
      const own = metricReason({ reasons: metric.reasons.filter(tellsMore) }, names);
      if (own !== null && addsToSubject(metric, subject)) {
        add('reason', name, metricLabel(metric), own);
      }
    }
    // Of contenders neither side is the bad one.
    if (subject.names === undefined && !isInHeadline(subject, verdict)) {
      for (const metric of subject.metrics) {
        const open = openOnTheBadSide(metric, subject);
        if (open !== null) add('reason', name, null, open);
      }
    }
    for (const warning of subject.warnings) add('warning', name, null, findingText(warning, names));
  }
  const quoted = quotedReason(verdict);
  const isOfAll = isSameCode(verdict);
  const all = [...notes.values()].filter(
    ({ message, about }) => message !== quoted || (about.length > 1 && !isOfAll),
  );
  return [...all.filter(isReason), ...all.filter((note) => !isReason(note))];
}

/** That an interval spans the tolerance is what the word *inconclusive* says already. */
function tellsMore({ code }: Finding): boolean {
  return code !== 'interval-spans-tolerance';
}

/** Of the only inconclusive subject the first line says which way it leans. */
function isInHeadline(subject: SubjectVerdict, { verdict, subjects }: Verdict): boolean {
  if (verdict !== 'inconclusive' || subject.verdict !== 'inconclusive') return false;
  return subjects.filter((one) => one.verdict === 'inconclusive').length === 1;
}

/** How many notes, and how much of the output that a message may quote. */
export interface NoteLimits {
  notes: number;
  lines: number;
  columns: number;
}

/** A Markdown list; empty when there is no note. */
export function markdownNotes(verdict: Verdict, limits: NoteLimits): string {
  const notes = notesOf(verdict);
  if (notes.length === 0) return '';
  const rest = notes.length - limits.notes;
  const items = notes.slice(0, limits.notes).map((note) => markdownNote(note, limits));
  if (rest > 0) items.push(`- … and ${plural(rest, 'more note')}, in \`verdict.json\`.`);
  return `**Reasons and warnings**\n\n${items.join('\n').trimEnd()}`;
}

function markdownNote({ kind, about, message }: Note, { lines, columns }: NoteLimits): string {
  const names = about.slice(0, 3).map(({ subject, metric }) => {
    return metric === null ? codeSpan(subject) : `${codeSpan(subject)} ${metric}`;
  });
  if (about.length > names.length) names.push(`${about.length - names.length} more`);
  const { first, rest } = splitMessage(message);
  const sign = kind === 'warning' ? '⚠️ ' : '';
  const line = `- ${sign}${names.join(', ')}: ${sentenceText(first)}`;
  if (rest === '') return line;
  return `${line}\n\n${indent(codeBlock(rest, 'text', lines, columns))}\n`;
}

function indent(block: string): string {
  return block.replace(/^/gm, '  ');
}

/** Whether a metric's reason tells a reader something that matters and that the subject's does not. */
function addsToSubject(metric: MetricVerdict, { verdict, reasons }: SubjectVerdict): boolean {
  if (verdict === 'invalid' || verdict === 'no-baseline') return reasons.length === 0;
  if (!metric.gating || metric.verdict === 'unchanged') return false;
  return metric.reasons.some(
    (own) => tellsMore(own) && !reasons.some((one) => isDeepStrictEqual(one, own)),
  );
}

function isReason({ kind }: Note): boolean {
  return kind === 'reason';
}
