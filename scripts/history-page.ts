/** Builds the template of `history.html`: one file with uPlot, our script and our styles inside, each named by its digest. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { COLUMNS_MARK, OVERVIEW_MARK } from '../src/history/page/file.ts';

export async function historyPage(): Promise<string> {
  const style = `${readFileSync('node_modules/uplot/dist/uPlot.min.css', 'utf8')}\n${readFileSync('src/page/page.css', 'utf8')}`;
  const script = await scriptOf('src/page/main.ts');
  const policy = [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Throughput Gate: history</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Throughput Gate: history</h1>
<p id="about" class="soft"></p>
</header>
<main id="main"><noscript><p>The charts are drawn by a script inside this file. Without scripts, <code>throughput-gate history show</code> prints the same figures.</p></noscript></main>
${OVERVIEW_MARK}
<script>${script}</script>
${COLUMNS_MARK}
</body>
</html>
`;
}

/** For the browsers of the last three years. It is read by browsers and run by no CI, so it may be small rather than readable. */
async function scriptOf(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    minify: true,
    legalComments: 'none',
    banner: { js: notice() },
    preserveSymlinks: true,
    logLevel: 'warning',
  });
  const text = outputFiles[0]?.text.trim() ?? '';
  if (/<\/script|<!--/i.test(text)) throw new Error('The script of the page would end itself.');
  return text;
}

/** Of uPlot, which is inside. */
function notice(): string {
  const { version } = JSON.parse(readFileSync('node_modules/uplot/package.json', 'utf8'));
  const licence = readFileSync('node_modules/uplot/LICENSE', 'utf8').trim();
  return `/*!\nuPlot ${version}, https://github.com/leeoniya/uPlot\n\n${licence}\n*/`;
}

function digest(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
