/** Fields for the first and the last day. */
import { button, day } from './dom.ts';
import type { Go, PageState } from './state.ts';
import { dayText } from './text.ts';

export function periodFields(moments: readonly number[], state: PageState, go: Go): Node[] {
  const [first, last] = [moments[0] ?? 0, moments.at(-1) ?? 0];
  const bounds = { min: dayText(first), max: dayText(last) };
  return [
    day('From', (state.from ?? bounds.min).slice(0, 10), bounds, (from) =>
      go({ from: from === '' || from <= bounds.min ? null : from }),
    ),
    day('To', (state.to ?? bounds.max).slice(0, 10), bounds, (to) =>
      go({ to: to === '' || to >= bounds.max ? null : to }),
    ),
    button('Whole time', () => go({ from: null, to: null }), {
      disabled: state.from === null && state.to === null,
    }),
  ];
}
