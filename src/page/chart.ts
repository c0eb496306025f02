/** The chart of one line: uPlot, with what it lacks: marks, a cursor for the keyboard, moving by hand, breaks at machines. */
import uPlot from 'uplot';
import { type ChartModel, clamped, nearestPlace, nextPlace } from './chart-model.ts';
import { colours } from './colours.ts';
import { type Chosen, drawMachines, drawMarks } from './marks.ts';
import { dayText, ticks } from './text.ts';

export interface ChartOptions {
  model: ChartModel;
  unit: string;
  /** Seconds since 1970 at each place. */
  at: readonly number[];
  window: readonly [number, number];
  chosen: Chosen;
  /** Under the pointer, or reached by the keyboard; null: the pointer left. */
  onCursor: (place: number | null, isByKey: boolean) => void;
  onPick: (place: number) => void;
  /** The reader moved the window and has stopped moving it. */
  onWindow: (window: [number, number]) => void;
}

/** Above this many in sight, breaks are too close to be seen. */
const MOST_BREAKS = 60;
/** A press that moves less than this is a click. */
const CLICK_PX = 4;
const SETTLED_MS = 300;

export class Chart {
  readonly #options: ChartOptions;
  readonly #plot: uPlot;
  readonly #box: HTMLElement;
  readonly #observer: ResizeObserver;
  #window: [number, number];
  #frame = 0;
  #settling = 0;

  constructor(box: HTMLElement, options: ChartOptions) {
    this.#options = options;
    this.#box = box;
    this.#window = clamped(options.window, options.model.count);
    this.#plot = new uPlot(this.#uplotOptions(), options.model.columns, box);
    const [min, max] = this.#window;
    this.#plot.setScale('x', { min, max });
    this.#listen();
    this.#observer = new ResizeObserver(() => this.#plot.setSize(this.#size()));
    this.#observer.observe(box);
  }

  destroy(): void {
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#settling);
    this.#plot.destroy();
  }

  redraw(): void {
    this.#plot.redraw(false, true);
  }

  /** By shares of the window: 0.25 is a quarter of it to the right. */
  move(share: number): void {
    const [from, to] = this.#window;
    this.#show([from + share * (to - from), to + share * (to - from)]);
  }

  /** Below 1: closer. `around`: what stays where it is. */
  zoom(factor: number, around = (this.#window[0] + this.#window[1]) / 2): void {
    const [from, to] = this.#window;
    this.#show([around - (around - from) * factor, around + (to - around) * factor]);
  }

  whole(): void {
    this.#show([0, this.#options.model.count - 1]);
  }

  /** The keyboard's cursor, by so many figures; brought into sight. */
  step(by: number): void {
    const { chosen, model } = this.#options;
    const [from, to] = this.#window;
    const start =
      chosen.cursor ?? chosen.rest ?? (by > 0 ? Math.ceil(from) - 1 : Math.floor(to) + 1);
    const place = nextPlace(model.columns[1], start, by);
    if (place !== null) this.putCursor(place);
  }

  putCursor(wanted: number): void {
    const { chosen, model, onCursor } = this.#options;
    const place = nearestPlace(model.columns[1], wanted);
    if (place === null) return;
    chosen.cursor = place;
    const [from, to] = this.#window;
    const half = (to - from) / 2;
    if (place < from || place > to) this.#show([place - half, place + half]);
    this.redraw();
    onCursor(place, true);
  }

  /** The next change point to the right or to the left of the cursor. */
  toChangePoint(direction: 1 | -1): void {
    const { chosen, model } = this.#options;
    const [from, to] = this.#window;
    const start = chosen.cursor ?? chosen.rest ?? (direction > 0 ? from - 1 : to + 1);
    const beyond = model.changePoints
      .map(({ at }) => at)
      .filter((at) => (at - start) * direction > 0)
      .sort((a, b) => (a - b) * direction);
    if (beyond[0] !== undefined) this.putCursor(beyond[0]);
  }

  #show(window: readonly [number, number]): void {
    this.#window = clamped(window, this.#options.model.count);
    // Once a frame, however often the pointer moves.
    if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        const [min, max] = this.#window;
        this.#plot.setScale('x', { min, max });
      });
    }
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#options.onWindow(this.#window), SETTLED_MS);
  }

  #size(): { width: number; height: number } {
    const width = Math.max(240, Math.floor(this.#box.clientWidth));
    return { width, height: width < 500 ? 260 : 340 };
  }

  #uplotOptions(): uPlot.Options {
    const { model, at, unit } = this.#options;
    const [min, max] = this.#window;
    const font = '12px system-ui, sans-serif';
    const axis: uPlot.Axis = {
      font,
      stroke: () => colours().soft,
      grid: { stroke: () => colours().grid, width: 1 },
      ticks: { show: false },
    };
    // A run without a figure is no gap: the next one that has a figure goes on.
    const gaps: uPlot.Series['gaps'] = (plot, _series, from, to) => this.#breaks(plot, from, to);
    const figures = (values: readonly number[]) =>
      model.isRelative ? { texts: values.map(percent), unit: '' } : ticks(unit, values);
    return {
      ...this.#size(),
      legend: { show: false },
      padding: [8, 12, 0, 0],
      cursor: {
        drag: { x: false, y: false },
        y: false,
        points: { show: false },
        dataIdx: (_plot, _series, place) => place,
      },
      scales: {
        x: { time: false, min, max, range: (_plot, from, to) => [from, to] },
        y: { range: (_plot, low, high) => padded(low, high) },
      },
      axes: [
        {
          ...axis,
          space: 92,
          size: 26,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
          values: (_plot, splits) =>
            splits.map((place) => (at[place] === undefined ? '' : dayText(at[place]))),
        },
        {
          ...axis,
          size: (_plot, values) =>
            14 + 7.5 * Math.max(3, ...(values ?? []).map((text) => text.length)),
          values: (_plot, splits) => figures(splits).texts,
        },
      ],
      series: [
        {},
        {
          stroke: () => colours().line,
          width: 1.75,
          gaps,
          points: { size: 5, fill: () => colours().line },
        },
        ...[0, 1].map(() => ({ gaps, points: { show: false }, width: 0 })),
      ],
      bands: [{ series: [3, 2], fill: () => colours().band, dir: -1 }],
      hooks: {
        drawClear: [(plot) => drawMachines(plot, model)],
        draw: [(plot) => drawMarks(plot, model, this.#options.chosen)],
        setCursor: [(plot) => this.#hover(plot.cursor.idx ?? null)],
      },
    };
  }

  /** Where the line must not join two machines: pixels from the last run of one to the first of the next. */
  #breaks(plot: uPlot, from: number, to: number): [number, number][] {
    const { machines, breaksAtMachines } = this.#options.model;
    if (!breaksAtMachines) return [];
    const seen = machines.filter((span) => span.from > from && span.from <= to);
    if (seen.length > MOST_BREAKS) return [];
    return seen.map(({ from: place }) => [
      Math.round(plot.valToPos(place - 1, 'x', true)),
      Math.round(plot.valToPos(place, 'x', true)),
    ]);
  }

  #hover(idx: number | null): void {
    const { model, onCursor } = this.#options;
    onCursor(idx === null ? null : nearestPlace(model.columns[1], idx), false);
  }

  #listen(): void {
    const { over } = this.#plot;
    let pressed: { x: number; window: [number, number]; moved: boolean } | null = null;
    over.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      pressed = { x: event.clientX, window: this.#window, moved: false };
      over.setPointerCapture(event.pointerId);
    });
    over.addEventListener('pointermove', (event) => {
      if (pressed === null) return;
      const distance = event.clientX - pressed.x;
      if (!pressed.moved && Math.abs(distance) < CLICK_PX) return;
      pressed.moved = true;
      const [from, to] = pressed.window;
      const by = (-distance / over.clientWidth) * (to - from);
      this.#show([from + by, to + by]);
    });
    over.addEventListener('pointerup', (event) => {
      const wasClick = pressed !== null && !pressed.moved;
      pressed = null;
      if (!wasClick) return;
      const { left } = over.getBoundingClientRect();
      const { model, onPick } = this.#options;
      const place = nearestPlace(model.columns[1], this.#plot.posToIdx(event.clientX - left));
      if (place !== null) onPick(place);
    });
    over.addEventListener('pointercancel', () => {
      pressed = null;
    });
    over.addEventListener(
      'wheel',
      (event) => {
        const isZoom = event.ctrlKey || event.metaKey;
        // An ordinary wheel scrolls the page, as everywhere.
        if (!isZoom && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
        event.preventDefault();
        if (!isZoom) return this.move(event.deltaX / over.clientWidth);
        const { left } = over.getBoundingClientRect();
        this.zoom(Math.exp(event.deltaY / 300), this.#plot.posToVal(event.clientX - left, 'x'));
      },
      { passive: false },
    );
  }
}

function percent(share: number): string {
  const text = new Intl.NumberFormat('en-US', {
    maximumFractionDigits: 2,
    signDisplay: 'exceptZero',
  }).format(share * 100);
  return `${text.replace('-', '−')}%`;
}

function padded(low: number | null, high: number | null): [number, number] {
  const [from, to] = [low ?? 0, high ?? 1];
  // Room above for the words of the change points, and below for the strip of the machines.
  const room = to > from ? (to - from) * 0.12 : Math.abs(to) * 0.05 || 1;
  return [from - room, to + 1.5 * room];
}
