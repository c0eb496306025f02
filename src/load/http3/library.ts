/** Finds and loads the HTTP/3 client. Nothing is loaded before an HTTP/3 scenario needs it. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ownFiles } from '../../system/files/own-files.ts';
import { ownFile } from '../../system/program/runtime.ts';
import { type NativeBinding, nativeWire } from './native-wire.ts';
import { type WasmLibrary, wasmWire } from './wasm-wire.ts';
import type { OpenWire } from './wire.ts';

export interface Http3Library {
  runtime: 'native' | 'WASM';
  version: string;
  open: OpenWire;
}

export const FIRST_NODE = 24;

/** We use the library below its stable interface, which a later version may change. */
const KNOWN_VERSION = /^0\.9\./;
const PACKAGE = '@currentspace/http3';

const load = createRequire(import.meta.url);
let loaded: Http3Library | null = null;

/**
 * The native runtime when it is installed and can be loaded, otherwise the WASM one, installed or
 * from `dist/`. Throws an Error that says what is missing.
 */
export function loadHttp3(): Http3Library {
  loaded ??= loadNative() ?? loadWasm();
  return loaded;
}

/** Null: not installed, or not for this machine. */
export function loadNative(): Http3Library | null {
  checkNode();
  for (const { folder, version } of installed()) {
    try {
      const binding = load(path.join(folder, 'index.js')) as NativeBinding;
      return { runtime: 'native', version, open: nativeWire(binding) };
    } catch {
      // No build for this system: the WASM client is for all.
    }
  }
  return null;
}

/** Throws an Error when the WASM client is neither installed nor in `dist/`. */
export function loadWasm(): Http3Library {
  checkNode();
  const [found] = installed();
  if (found !== undefined) {
    const folder = path.join(found.folder, 'dist', 'wasm');
    const library = load(path.join(folder, 'index.js')) as WasmLibrary;
    const open = wasmWire(library, path.join(folder, 'http3_client.wasm'));
    return { runtime: 'WASM', version: found.version, open };
  }
  const bundle = ownFile('dist/http3.cjs');
  const file = ownFile('dist/http3_client.wasm');
  const missing = [bundle, file].filter((own) => !existsSync(own));
  if (missing.length > 0) {
    throw new Error(`the HTTP/3 client is missing: no ${missing.join(', no ')}, and no ${PACKAGE}`);
  }
  // It becomes a part of this process.
  ownFiles.assertUnchanged();
  const library = load(bundle) as WasmLibrary & { version: string };
  return { runtime: 'WASM', version: library.version, open: wasmWire(library, file) };
}

function checkNode(): void {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) < FIRST_NODE) {
    throw new Error(`HTTP/3 needs Node.js ${FIRST_NODE} or newer; this is v${node}`);
  }
}

/** Only where this tool itself is installed: the measured repository's packages are not ours to run. */
function installed(): { folder: string; version: string }[] {
  const folders = [ownFile(`node_modules/${PACKAGE}`)];
  const above = path.dirname(path.resolve(ownFile('.')));
  if (path.basename(above) === 'node_modules') folders.push(path.join(above, PACKAGE));
  return folders.flatMap((folder) => {
    try {
      const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
      return KNOWN_VERSION.test(version) ? { folder, version } : [];
    } catch {
      return [];
    }
  });
}
