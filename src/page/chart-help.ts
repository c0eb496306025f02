/** What stands under a chart: what its marks mean, and which keys move it. */
import { el, svg } from './dom.ts';

export function legend(hasMachines: boolean): Node {
  const item = (mark: Node, text: string) => el('span', {}, mark, text);
  const key = (...shapes: SVGElement[]) =>
    svg('svg', { class: 'key', viewBox: '0 0 20 14', 'aria-hidden': 'true' }, ...shapes);
  return el(
    'p',
    { class: 'legend' },
    item(key(svg('path', { class: 'line', d: 'M0 7H20' })), 'figure of a run'),
    item(key(svg('rect', { class: 'band', width: '20', height: '14' })), '95% interval'),
    item(key(svg('path', { class: 'worse', d: 'M10 0V14' })), '▼ change point, worse'),
    item(key(svg('path', { class: 'better', d: 'M10 0V5M10 9V14' })), '▲ change point, better'),
    item(
      key(svg('rect', { class: 'bad', x: '6', y: '3', width: '8', height: '8' })),
      'verdict regression',
    ),
    item(
      key(svg('rect', { class: 'accepted', x: '6', y: '3', width: '8', height: '8' })),
      'accepted',
    ),
    ...(hasMachines
      ? [
          item(
            key(svg('path', { class: 'machine', d: 'M10 0V14' })),
            'another machine from here on',
          ),
        ]
      : []),
  );
}

export function keysOf(): Node {
  return el(
    'details',
    { id: 'keys' },
    el('summary', {}, 'Keys and gestures'),
    el(
      'p',
      {},
      'With the chart focused: left and right arrow for the run before and after, Page Up and Page Down for ten runs, Home and End, ',
      'n and p for the next and the previous change point, Enter to choose a run for comparison, Escape to clear it, ',
      'plus and minus to zoom, Shift with an arrow to move, 0 for the whole line. ',
      'With a pointer: drag to move, Ctrl and wheel to zoom, click two runs to compare them.',
    ),
  );
}
