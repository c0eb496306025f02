/** What `dist/http3.cjs` is made of: the WASM client, for those who have installed nothing. */
export {
  connectNodeUdp,
  loadHttp3WasmCoreFromFile,
  WasmH3ClientEventLoop,
} from '@currentspace/http3/wasm';

/** Put in by `scripts/build.ts`. */
declare const HTTP3_VERSION: string;
export const version = HTTP3_VERSION;
