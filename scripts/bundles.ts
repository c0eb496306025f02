/** How the programs become bundles, one CommonJS file each (see docs/adr/0003-bundles.md). */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { historyPage } from './history-page.ts';

const ENTRIES = {
  action: 'src/action.ts',
  cli: 'src/cli.ts',
  generator: 'src/load/generator.ts',
  holder: 'src/load/hold/holder.ts',
  watchdog: 'src/watchdog.ts',
  // No program: the generator loads it when it needs it (see docs/adr/0010-http3.md).
  http3: 'src/load/http3/wasm-library.ts',
};
const HTTP3 = 'node_modules/@currentspace/http3';

/** Writes them into `outdir`. `plugins`: of the tests, which put a scripted backend where the real one stands. */
export async function writeBundles(outdir: string, plugins: Plugin[] = []): Promise<void> {
  await build({
    entryPoints: ENTRIES,
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // A linked node_modules must not write the place it links to into the bundle's comments.
    preserveSymlinks: true,
    // Readable on purpose: people audit what their CI runs.
    minify: false,
    // Each licence once, at the end.
    legalComments: 'eof',
    // In a CommonJS bundle `import.meta.url` is empty; this gives it the bundle's own place at run time.
    define: { 'import.meta.url': 'importMetaUrl', HTTP3_VERSION: JSON.stringify(http3Version()) },
    banner: {
      js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
    },
    logLevel: 'warning',
    plugins,
  });

  for (const name of Object.keys(ENTRIES)) {
    const file = path.join(outdir, `${name}.cjs`);
    writeFileSync(file, inAscii(readFileSync(file, 'utf8')));
  }
  writeFileSync(path.join(outdir, 'history-page.html'), await historyPage());
  // Byte for byte: it is frozen, and no bundler may change it (docs/adr/0068-stored-baseline-with-calibrator.md).
  copyFileSync('src/calibrator.cjs', path.join(outdir, 'calibrator.cjs'));
  copyFileSync(`${HTTP3}/dist/wasm/http3_client.wasm`, path.join(outdir, 'http3_client.wasm'));
  // A binary has no place for its notice.
  writeFileSync(path.join(outdir, 'http3_client.LICENSE.txt'), notice());
}

/**
 * A program with a single letter beyond Latin-1 is kept with two bytes for each of its letters, and takes longer to read. esbuild escapes
 * them in strings, and leaves them in comments and regular expressions, where the escape means the same.
 */
function inAscii(program: string): string {
  return program.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function notice(): string {
  const licence = readFileSync(`${HTTP3}/LICENSE`, 'utf8').trimEnd();
  return `http3_client.wasm is part of @currentspace/http3 ${http3Version()}:

${licence}

It is built with quiche (https://github.com/cloudflare/quiche) and BoringSSL
(https://boringssl.googlesource.com/boringssl), whose notices stand in their repositories.
`;
}

function http3Version(): string {
  const { version } = JSON.parse(readFileSync(`${HTTP3}/package.json`, 'utf8'));
  return version;
}
