/** The script of `history.html`: reads what stands in the page, shows what the address asks for, and keeps the address true. */
import { plural } from '../terms/plural.ts';
import { onColourScheme } from './colours.ts';
import { el } from './dom.ts';
import { overview } from './overview.ts';
import { type Go, hashOf, type PageState, stateOf } from './state.ts';
import { Store } from './store.ts';
import { subjectView, type View } from './subject.ts';
import { dayText } from './text.ts';

const main = document.getElementById('main') as HTMLElement;
let view: View | null = null;

function show(store: Store): void {
  const state = stateOf(location.hash);
  // The chart is replaced: whoever is at its keys, stays there.
  const focus = focusIn(document.activeElement);
  const next = viewOf(store, state, (change, isNew = true) => go(store, change, isNew));
  view?.end();
  view = next;
  main.replaceChildren(...next.nodes);
  next.start();
  if (focus !== null) main.querySelector<HTMLElement>(focus)?.focus({ preventScroll: true });
}

function go(store: Store, change: Partial<PageState>, isNew: boolean): void {
  const before = stateOf(location.hash);
  const state = { ...before, ...change };
  const address = hashOf(state) || '#';
  try {
    if (isNew) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  } catch {
    // A page in a sandbox may have no history of its own; then the view alone changes.
    location.hash = address;
  }
  if (!isNew) {
    // The chart itself has moved, and is not drawn anew under the hand of who moves it.
    view?.onPeriod(state);
    return;
  }
  show(store);
  const isOther = JSON.stringify(state.subject) !== JSON.stringify(before.subject);
  if (!isOther) return;
  scrollTo(0, 0);
  main.querySelector<HTMLElement>('h2')?.focus();
}

function viewOf(store: Store, state: PageState, onGo: Go): View {
  if (state.subject === null) {
    return stillView(overview(store, state, onGo));
  }
  const { server, scenario } = state.subject;
  const index = store.model.subjects.findIndex(
    (one) => one.server === server && one.scenario === scenario,
  );
  if (index >= 0) return subjectView(store, index, state, onGo);
  const said = `The address asks for ${server}/${scenario}, which this page does not have.`;
  const rest = overview(store, { ...state, subject: null }, onGo);
  return stillView([el('p', { role: 'alert' }, said), ...rest]);
}

/** Without a chart. */
function stillView(nodes: Node[]): View {
  return { nodes, start: () => {}, end: () => {}, onPeriod: () => {} };
}

/** How to find the element again that has the focus. */
function focusIn(element: Element | null): string | null {
  if (element === null || !main.contains(element)) return null;
  if (element.classList.contains('chart')) return '.chart';
  const row = element.closest('#runs tbody tr');
  if (row !== null) {
    const at = [...(row.parentElement?.children ?? [])].indexOf(row);
    return `#runs tbody tr:nth-child(${at + 1}) button`;
  }
  const field = element.closest('.field')?.querySelector('span')?.textContent;
  const fields = [...main.querySelectorAll('.field')];
  const at = fields.findIndex((one) => one.querySelector('span')?.textContent === field);
  return field === undefined || at < 0 ? null : `.field:nth-of-type(${at + 1}) :is(select, input)`;
}

function about({ model, runs }: Store): string {
  const { count } = model.runs;
  if (count === 0) return 'This history has no runs yet.';
  const [first, last] = [runs.at[0] as number, runs.at.at(-1) as number];
  const lost =
    model.lost === 0
      ? ''
      : ` ${plural(model.lost, 'change point is', 'change points are')} of commits that are not in here any more.`;
  const unread =
    model.unread === 0
      ? ''
      : ` ${plural(model.unread, 'line')} could not be read: “throughput-gate history check” names them.`;
  return `${plural(count, 'run')} of ${plural(model.subjects.length, 'subject')}, ${dayText(first)} to ${dayText(last)}.${lost}${unread}`;
}

function begin(): void {
  const store = new Store(document);
  (document.getElementById('about') as HTMLElement).textContent = about(store);
  show(store);
  addEventListener('hashchange', () => show(store));
  addEventListener('popstate', () => show(store));
  onColourScheme(() => show(store));
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
}

// The columns stand behind this script: a view of one subject has to wait for them, the overview need not.
if (stateOf(location.hash).subject === null) begin();
else addEventListener('DOMContentLoaded', begin);
