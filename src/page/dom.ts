/** Elements without any HTML text: whatever a name contains, it can only become text. */
import { counted } from '../terms/plural.ts';

type Child = Node | string | null;
type Attribute = string | number | boolean | null | ((event: never) => void);

export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  setAll(element, attributes);
  append(element, children);
  return element;
}

export function svg(
  tag: string,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAll(element, attributes);
  append(element, children);
  return element;
}

/** A function becomes a listener: `{ onclick: … }`. True is an attribute without a value. */
function setAll(element: Element, attributes: Record<string, Attribute>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (typeof value === 'function') {
      element.addEventListener(name.replace(/^on/, ''), value as EventListener);
    } else element.setAttribute(name, value === true ? '' : String(value));
  }
}

function append(element: Element, children: readonly Child[]): void {
  element.append(...children.filter((child) => child !== null));
}

export interface Choice {
  value: string;
  text: string;
}

/** A labelled list of which one is chosen. */
export function choice(
  label: string,
  choices: readonly Choice[],
  chosen: string,
  onChange: (value: string) => void,
): HTMLElement {
  const select = el('select', {
    onchange: (event: Event) => onChange((event.target as HTMLSelectElement).value),
  });
  for (const { value, text } of choices) {
    select.append(el('option', { value, selected: value === chosen }, text));
  }
  return el('label', { class: 'field' }, el('span', {}, label), select);
}

/** A labelled day. */
export function day(
  label: string,
  chosen: string,
  bounds: { min: string; max: string },
  onChange: (value: string) => void,
): HTMLElement {
  const input = el('input', {
    type: 'date',
    value: chosen,
    ...bounds,
    onchange: (event: Event) => onChange((event.target as HTMLInputElement).value),
  });
  return el('label', { class: 'field' }, el('span', {}, label), input);
}

export function button(
  text: string | readonly Child[],
  onclick: () => void,
  attributes: Record<string, Attribute> = {},
): HTMLButtonElement {
  const children = typeof text === 'string' ? [text] : text;
  return el('button', { type: 'button', onclick, ...attributes }, ...children);
}

export interface TableColumn {
  title: string;
  isNumber?: boolean;
  /** May be long and is broken where it must, but not letter by letter. */
  isName?: boolean;
}

/** On a narrow screen every row becomes a list of its cells, with their titles. */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly Child[])[],
  caption: string,
): HTMLTableElement {
  const kind = ({ isNumber, isName }: TableColumn) =>
    isNumber ? 'number' : isName ? 'name' : null;
  return el(
    'table',
    { class: 'stacked' },
    el('caption', { class: 'hidden' }, caption),
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        ...columns.map((one) => el('th', { scope: 'col', class: kind(one) }, one.title)),
      ),
    ),
    el(
      'tbody',
      {},
      ...rows.map((cells) =>
        el(
          'tr',
          {},
          ...columns.map((one, i) =>
            el('td', { class: kind(one), 'data-title': one.title }, cells[i] ?? ''),
          ),
        ),
      ),
    ),
  );
}

/** The page of each list that was turned, as a view is drawn anew whenever something is chosen in it. */
const turned = new Map<string, number>();

/** Pieces of a long list, one at a time. `draw` gets the first and the one after the last. `list`: which one it is. */
export function pages(
  count: number,
  each: number,
  { what, list }: { what: string; list: string },
  draw: (from: number, to: number) => Node,
): HTMLElement {
  const box = el('div', { class: 'pages' });
  const last = Math.max(0, Math.ceil(count / each) - 1);
  const show = (page: number, isByHand: boolean) => {
    const [from, to] = [page * each, Math.min(count, (page + 1) * each)];
    const where = el(
      'span',
      { role: 'status' },
      `${from + 1} to ${to} of ${counted(count)} ${what}`,
    );
    const turn = (text: string, target: number) =>
      button(text, () => show(target, true), {
        disabled: target < 0 || target > last,
        'aria-label': `${text}, ${what}`,
      });
    turned.set(list, page);
    const focused = isByHand ? document.activeElement?.textContent : null;
    box.replaceChildren(draw(from, to));
    if (last > 0) {
      box.append(
        el(
          'p',
          { class: 'turn' },
          turn('Earlier page', page - 1),
          where,
          turn('Next page', page + 1),
        ),
      );
    }
    // The button that was pressed was replaced: whoever presses it again must not look for it.
    const again = [...box.querySelectorAll('button')].find(
      (one) => one.textContent === focused && !one.disabled,
    );
    if (isByHand) (again ?? box.querySelector<HTMLElement>('.turn button:enabled'))?.focus();
  };
  show(Math.min(last, turned.get(list) ?? 0), false);
  return box;
}
