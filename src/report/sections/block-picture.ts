/**
 * Block changes as a picture in the job summary: a Mermaid chart, which GitHub draws itself. It has figures alone, no name:
 * nothing from outside can end the block or draw anything else.
 */
import { subjectName } from '../../config/experiment/experiment.ts';
import { isHigherBetter } from '../../config/experiment/metrics.ts';
import type { Verdict } from '../../judge/verdict/verdict.ts';
import { type BlockChanges, blocksText, tellingBlocks, tolerated } from '../chart/block-changes.ts';
import { codeSpan, escapeText } from '../markup/escape.ts';
import { worstFirst } from '../tables/rows.ts';
import { plural } from '../wording/format.ts';

const MOST_PICTURES = 3;
/** The chart has so much room. */
const MOST_BLOCKS = 60;
/** Seen on white and on black. */
const COLOURS = { blocks: '#3b8fd0', estimate: '#e07b00', ends: '#e0a060', tolerance: '#d0453b' };

export function blockPictures(verdict: Verdict): string[] {
  const pictured = worstFirst(verdict.subjects).flatMap((subject) => {
    const blocks = tellingBlocks(subject);
    return blocks === null ? [] : [{ subject, blocks }];
  });
  if (pictured.length === 0) return [];
  const rest = pictured.length - MOST_PICTURES;
  return [
    '### What each block showed',
    ...pictured
      .slice(0, MOST_PICTURES)
      .flatMap(({ subject, blocks }) => [
        `${codeSpan(subjectName(subject))}, ${escapeText(blocksText(blocks))}.`,
        chart(blocks),
        keyOf(blocks),
      ]),
    ...(rest > 0 ? [`… and ${plural(rest, 'more picture')}, in \`report.html\`.`] : []),
  ];
}

function chart(blocks: BlockChanges): string {
  const shown = blocks.changes.slice(0, MOST_BLOCKS);
  const changes = shown.map(([, change]) => 100 * change);
  // The chart counts its values, whichever blocks they are of.
  const isEach = shown.every(([block], i) => block === i + 1);
  const flat = linesOf(blocks);
  const all = [...changes, 0, ...flat.map(({ at }) => at)];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = Math.max(0.5, (high - low) * 0.08);
  const numbers = (values: readonly number[]) => `[${values.map(twoDecimals).join(', ')}]`;
  const palette = [COLOURS.blocks, ...flat.map(({ colour }) => colour)].join(', ');
  return [
    '```mermaid',
    `%%{init: {"xyChart": {"height": 260}, "themeVariables": {"xyChart": {"plotColorPalette": "${palette}"}}}}%%`,
    'xychart-beta',
    `  x-axis "${isEach ? 'block' : 'block that has a value'}" 1 --> ${Math.max(2, changes.length)}`,
    `  y-axis "change in percent" ${twoDecimals(low - room)} --> ${twoDecimals(high + room)}`,
    `  line ${numbers(changes)}`,
    ...flat.map(({ at }) => `  line ${numbers(changes.map(() => at))}`),
    '```',
  ].join('\n');
}

/** What lies across the whole picture, in percent. */
function linesOf({ metric }: BlockChanges): { at: number; colour: string }[] {
  const worst = tolerated(metric)?.find((end) => end !== 0);
  return [
    ...(metric.change === null ? [] : [{ at: 100 * metric.change, colour: COLOURS.estimate }]),
    ...(metric.interval ?? []).map((end) => ({ at: 100 * end, colour: COLOURS.ends })),
    ...(worst === undefined ? [] : [{ at: 100 * worst, colour: COLOURS.tolerance }]),
  ];
}

function keyOf({ metric }: BlockChanges): string {
  const side = isHigherBetter(metric.name) ? 'below' : 'above';
  const tolerance =
    metric.tolerance === null
      ? ''
      : ` Red: the tolerance; what lies ${side} it is worse than that.`;
  return `Blue: each block. Orange: the estimate, and paler the ends of its 95% interval.${tolerance}`;
}

function twoDecimals(value: number): string {
  return (Math.round(value * 100) / 100).toFixed(2);
}
