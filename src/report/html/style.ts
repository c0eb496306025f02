/** How `report.html` looks: light and dark, for a telephone and a wide screen, without any file beside it. */
import { createHash } from 'node:crypto';

/** Blue and orange of Okabe and Ito: told apart with any kind of colour blindness. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --ink: #1c2024; --soft: #59636e; --line: #d1d9e0; --panel: #f6f8fa;
  --base: #b34700; --head: #0066a8; --open: #59636e; --band: #e4e9ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1317; --ink: #e8ecf0; --soft: #a0aab4; --line: #3a434c; --panel: #181e24;
    --base: #f0a03c; --head: #62bbf2; --open: #a0aab4; --band: #27313a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 24px 20px 48px; overflow-wrap: anywhere; }
h1 { font-size: 1.15rem; margin: 0 0 8px; color: var(--soft); font-weight: 600; }
h2 { font-size: 1.2rem; margin: 40px 0 8px; }
h3 { font-size: 1rem; margin: 28px 0 4px; }
p { margin: 8px 0; }
.lead { font-size: 1.3rem; line-height: 1.35; font-weight: 600; margin: 0 0 8px; }
.soft, footer { color: var(--soft); font-size: 0.9rem; }
code, pre { font: 0.875em/1.45 ui-monospace, monospace; }
a { color: var(--head); }
code { background: var(--panel); padding: 1px 4px; border-radius: 4px; }
pre { background: var(--panel); padding: 12px; border-radius: 6px; overflow-x: auto; overflow-wrap: normal; }
.scroll { overflow-x: auto; }
td code { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; overflow-wrap: normal; }
th, td { text-align: left; padding: 6px 18px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.word { white-space: nowrap; font-weight: 600; }
ul, ol { padding-left: 22px; }
li { margin: 4px 0; }
summary { cursor: pointer; color: var(--soft); font-size: 0.9rem; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; color: var(--soft); font-size: 0.85rem; margin: 4px 0; }
.legend span { display: inline-flex; align-items: center; gap: 6px; }
.key { width: 14px; height: 14px; flex: none; }
.forest { display: block; width: 100%; height: auto; margin: 4px 0; font-family: system-ui, sans-serif; }
.forest.narrow { display: none; }
@media (max-width: 640px) {
  main { padding: 16px 14px 40px; }
  .lead { font-size: 1.15rem; }
  .forest.wide { display: none; }
  .forest.narrow { display: block; max-width: 480px; }
  table.stacked, .stacked tbody, .stacked tr, .stacked td { display: block; }
  .stacked thead { display: none; }
  .stacked tr { border-bottom: 1px solid var(--line); padding: 8px 0; }
  .stacked td { border: 0; padding: 2px 0; text-align: left; white-space: normal; }
  .stacked td:empty { display: none; }
  .stacked td[data-title]::before { content: attr(data-title) ": "; color: var(--soft); font-weight: 400; }
}
.label { fill: var(--ink); font-size: 14px; }
.figures { fill: var(--ink); font-size: 13px; font-variant-numeric: tabular-nums; }
.axis { fill: var(--soft); font-size: 12px; }
.tick { stroke: var(--line); stroke-width: 1; }
.one { stroke: var(--soft); stroke-width: 1.5; }
.band { fill: var(--band); }
.whisker { stroke: var(--ink); stroke-width: 1.5; }
path.series { fill: none; stroke-width: 1.75; stroke-linejoin: round; }
path.series.base { stroke: var(--base); stroke-dasharray: 5 3; }
path.series.head { stroke: var(--head); }
.end { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 3 4; }
.beyond { fill: var(--ink); }
.dot.base { fill: var(--base); }
.dot.head { fill: var(--head); }
.dot.open { fill: var(--ground); stroke: var(--open); stroke-width: 2; }
@media print { .forest.wide { display: block; } .forest.narrow { display: none; } }
`;

/** Nothing may be loaded and nothing may run; of styles only ours. */
export const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
