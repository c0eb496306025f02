const importMetaUrl = require('node:url').pathToFileURL(__filename).href;
"use strict";
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __commonJS = (cb, mod) => function __require() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// node_modules/@currentspace/http3/dist/wasm/wasi-shim.js
var require_wasi_shim = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/wasi-shim.js"(exports2) {
    "use strict";
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.makePreview1Imports = makePreview1Imports;
    var WASI_ESUCCESS = 0;
    var WASI_EBADF = 8;
    var CLOCK_MONOTONIC = 1;
    function defaultNowNs() {
      return BigInt(Math.round(performance.now() * 1e6));
    }
    function defaultRandom(buf) {
      globalThis.crypto.getRandomValues(buf);
    }
    function makePreview1Imports(opts, getMemory) {
      const nowNs = opts.nowNs ?? defaultNowNs;
      const random = opts.random ?? defaultRandom;
      const onStderr = opts.onStderr ?? (() => {
      });
      const dataView = () => new DataView(getMemory().buffer);
      const bytes = () => new Uint8Array(getMemory().buffer);
      const baseWallNs = BigInt(Date.now()) * 1000000n;
      const baseMonoNs = nowNs();
      return {
        random_get(ptr, len) {
          random(bytes().subarray(ptr, ptr + len));
          return WASI_ESUCCESS;
        },
        clock_time_get(id, _precision, outPtr) {
          const current = nowNs();
          const ns = id === CLOCK_MONOTONIC ? current : baseWallNs + (current - baseMonoNs);
          dataView().setBigUint64(outPtr, ns < 0n ? 0n : ns, true);
          return WASI_ESUCCESS;
        },
        environ_sizes_get(countPtr, bufSizePtr) {
          dataView().setUint32(countPtr, 0, true);
          dataView().setUint32(bufSizePtr, 0, true);
          return WASI_ESUCCESS;
        },
        environ_get(_environPtr, _bufPtr) {
          return WASI_ESUCCESS;
        },
        fd_write(fd, iovsPtr, iovsLen, nwrittenPtr) {
          let written = 0;
          const view = dataView();
          const chunks = [];
          for (let i = 0; i < iovsLen; i++) {
            const base = view.getUint32(iovsPtr + i * 8, true);
            const len = view.getUint32(iovsPtr + i * 8 + 4, true);
            chunks.push(bytes().slice(base, base + len));
            written += len;
          }
          if ((fd === 1 || fd === 2) && chunks.length > 0) {
            const total = new Uint8Array(written);
            let offset = 0;
            for (const chunk of chunks) {
              total.set(chunk, offset);
              offset += chunk.length;
            }
            onStderr(new TextDecoder("utf-8").decode(total));
          }
          dataView().setUint32(nwrittenPtr, written, true);
          return WASI_ESUCCESS;
        },
        proc_exit(code) {
          throw new Error(`http3-wasm module called proc_exit(${String(code)})`);
        },
        // ---- Defensive stubs (superset of the module's actual ~12-import
        // surface \u2014 see the module doc comment). Every no-preopen /
        // no-filesystem response below is exactly what a libc startup path
        // that defensively probes for open fds/preopens expects to see when
        // there truly are none (this build excludes `os-runtime`/`qlog-files`
        // entirely \u2014 no filesystem-touching code path exists to actually reach
        // most of these). ----
        fd_close(_fd) {
          return WASI_ESUCCESS;
        },
        fd_fdstat_get(_fd, _statPtr) {
          return WASI_ESUCCESS;
        },
        fd_fdstat_set_flags(_fd, _flags) {
          return WASI_ESUCCESS;
        },
        fd_prestat_get(_fd, _prestatPtr) {
          return WASI_EBADF;
        },
        fd_prestat_dir_name(_fd, _pathPtr, _pathLen) {
          return WASI_EBADF;
        },
        fd_read(_fd, _iovsPtr, _iovsLen, nreadPtr) {
          dataView().setUint32(nreadPtr, 0, true);
          return WASI_ESUCCESS;
        },
        fd_seek(_fd, _offset, _whence, _newOffsetPtr) {
          return WASI_ESUCCESS;
        },
        path_filestat_get(_fd, _flags, _pathPtr, _pathLen, _bufPtr) {
          return WASI_EBADF;
        },
        path_open(_fd, _dirflags, _pathPtr, _pathLen, _oflags, _fsRightsBase, _fsRightsInheriting, _fdflags, _openedFdPtr) {
          return WASI_EBADF;
        },
        sched_yield() {
          return WASI_ESUCCESS;
        }
      };
    }
  }
});

// node_modules/@currentspace/http3/dist/wasm/core-loader.js
var require_core_loader = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/core-loader.js"(exports2) {
    "use strict";
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.loadHttp3WasmCore = loadHttp3WasmCore;
    var wasi_shim_js_1 = require_wasi_shim();
    var MemoryView = class {
      memory;
      cachedBuffer = null;
      cachedBytes = null;
      cachedDataView = null;
      constructor(memory) {
        this.memory = memory;
      }
      refresh() {
        const buffer = this.memory.buffer;
        if (this.cachedBuffer !== buffer) {
          this.cachedBuffer = buffer;
          this.cachedBytes = new Uint8Array(buffer);
          this.cachedDataView = new DataView(buffer);
        }
      }
      bytes() {
        this.refresh();
        return this.cachedBytes;
      }
      dataView() {
        this.refresh();
        return this.cachedDataView;
      }
    };
    var LAST_ERROR_SCRATCH_CAP = 1024;
    var Http3WasmCoreImpl = class {
      exports;
      view;
      constructor(exports3) {
        this.exports = exports3;
        this.view = new MemoryView(exports3.memory);
      }
      alloc(size) {
        return this.exports.wasm_alloc(size);
      }
      free(ptr, size) {
        this.exports.wasm_free(ptr, size);
      }
      writeBytes(data) {
        const ptr = this.alloc(data.length);
        this.view.bytes().set(data, ptr);
        return { ptr, len: data.length };
      }
      writeAt(ptr, data) {
        this.view.bytes().set(data, ptr);
      }
      writeUtf8(text) {
        return this.writeBytes(new TextEncoder().encode(text));
      }
      copyOut(ptr, len) {
        if (len <= 0)
          return new Uint8Array(0);
        return this.view.bytes().slice(ptr, ptr + len);
      }
      readUtf8(ptr, len) {
        if (len <= 0)
          return "";
        return new TextDecoder("utf-8").decode(this.view.bytes().subarray(ptr, ptr + len));
      }
      readU32(ptr) {
        return this.view.dataView().getUint32(ptr, true);
      }
      allocOutPtrCell() {
        return this.alloc(4);
      }
      readOutPtrResult(outPtrPtr, len) {
        if (len <= 0)
          return new Uint8Array(0);
        return this.copyOut(this.readU32(outPtrPtr), len);
      }
      readOutPtrResultUtf8(outPtrPtr, len) {
        if (len <= 0)
          return "";
        return this.readUtf8(this.readU32(outPtrPtr), len);
      }
      readLastError(lastErrorFn, handle) {
        const ptr = this.alloc(LAST_ERROR_SCRATCH_CAP);
        try {
          const n = lastErrorFn(handle, ptr, LAST_ERROR_SCRATCH_CAP);
          return n > 0 ? this.readUtf8(ptr, n) : "(no error message)";
        } finally {
          this.free(ptr, LAST_ERROR_SCRATCH_CAP);
        }
      }
    };
    function resolveModule(src) {
      if (src.module)
        return src.module;
      if (src.bytes) {
        const ModuleCtor = WebAssembly.Module;
        return new ModuleCtor(src.bytes);
      }
      throw new Error("loadHttp3WasmCore: WasmCoreSource must supply either `module` or `bytes`");
    }
    function loadHttp3WasmCore(src, opts = {}) {
      const module3 = resolveModule(src);
      const state = { instance: void 0 };
      const getMemory = () => {
        if (!state.instance) {
          throw new Error("http3-wasm: a WASI import was invoked before instantiation completed");
        }
        return state.instance.exports.memory;
      };
      const wasi_snapshot_preview1 = (0, wasi_shim_js_1.makePreview1Imports)(opts, getMemory);
      const instance = new WebAssembly.Instance(module3, { wasi_snapshot_preview1 });
      state.instance = instance;
      return new Http3WasmCoreImpl(instance.exports);
    }
  }
});

// node_modules/@currentspace/http3/dist/wasm/events.js
var require_events = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/events.js"(exports2) {
    "use strict";
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.decodeEventBatch = decodeEventBatch;
    exports2.decodeServerEventBatch = decodeServerEventBatch;
    exports2.drainKeylog = drainKeylog;
    function decodeOneEvent(core, e, connHandle) {
      const event = {
        eventType: e.eventType,
        connHandle,
        streamId: e.streamId
      };
      if (e.headers)
        event.headers = e.headers;
      if (e.fin !== void 0)
        event.fin = e.fin;
      if (e.meta)
        event.meta = e.meta;
      if (e.metrics)
        event.metrics = e.metrics;
      if (typeof e.dataOff === "number" && typeof e.dataLen === "number" && e.dataLen > 0) {
        event.data = core.copyOut(e.dataOff, e.dataLen);
      }
      return event;
    }
    function decodeEventBatch(core, json, connHandle) {
      const raw = JSON.parse(json);
      return raw.map((e) => decodeOneEvent(core, e, connHandle));
    }
    function decodeServerEventBatch(core, json) {
      const raw = JSON.parse(json);
      return raw.map((e) => decodeOneEvent(core, e, e.connHandle ?? 0));
    }
    function drainKeylog(core, takeKeylogFn, handle, outPtrPtr) {
      const len = Number(takeKeylogFn(handle, outPtrPtr));
      if (len <= 0)
        return null;
      return core.readOutPtrResult(outPtrPtr, len);
    }
  }
});

// node_modules/@currentspace/http3/dist/wasm/wasm-options.js
var require_wasm_options = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/wasm-options.js"(exports2) {
    "use strict";
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.randomScidHex = randomScidHex;
    exports2.randomRetryTokenKeyHex = randomRetryTokenKeyHex;
    exports2.parseSocketAddress = parseSocketAddress;
    exports2.formatLocalAddr = formatLocalAddr;
    exports2.buildCommonOptionsJson = buildCommonOptionsJson;
    exports2.buildCommonServerOptionsJson = buildCommonServerOptionsJson;
    function randomScidHex() {
      return randomHex(20);
    }
    function randomRetryTokenKeyHex() {
      return randomHex(32);
    }
    function randomHex(byteLength) {
      const bytes = new Uint8Array(byteLength);
      globalThis.crypto.getRandomValues(bytes);
      return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
    }
    function parseSocketAddress(addr) {
      if (addr.startsWith("[")) {
        const closeIdx = addr.indexOf("]");
        const host = addr.slice(1, closeIdx);
        const port = Number.parseInt(addr.slice(closeIdx + 2), 10);
        return { host, port };
      }
      const idx = addr.lastIndexOf(":");
      return { host: addr.slice(0, idx), port: Number.parseInt(addr.slice(idx + 1), 10) };
    }
    function formatLocalAddr(address, family, port) {
      return family === "IPv6" ? `[${address}]:${String(port)}` : `${address}:${String(port)}`;
    }
    function utf8Decode(bytes) {
      return new TextDecoder("utf-8").decode(bytes);
    }
    function base64Encode(bytes) {
      return btoa(String.fromCharCode(...bytes));
    }
    function buildCommonOptionsJson(opts) {
      const json = {};
      if (opts.ca)
        json.ca = utf8Decode(opts.ca);
      if (opts.rejectUnauthorized !== void 0)
        json.rejectUnauthorized = opts.rejectUnauthorized;
      if (opts.maxIdleTimeoutMs !== void 0)
        json.maxIdleTimeoutMs = opts.maxIdleTimeoutMs;
      if (opts.maxUdpPayloadSize !== void 0)
        json.maxUdpPayloadSize = opts.maxUdpPayloadSize;
      if (opts.initialMaxData !== void 0)
        json.initialMaxData = opts.initialMaxData;
      if (opts.initialMaxStreamDataBidiLocal !== void 0)
        json.initialMaxStreamDataBidiLocal = opts.initialMaxStreamDataBidiLocal;
      if (opts.initialMaxStreamsBidi !== void 0)
        json.initialMaxStreamsBidi = opts.initialMaxStreamsBidi;
      if (opts.sessionTicket)
        json.sessionTicket = base64Encode(opts.sessionTicket);
      if (opts.allow0RTT !== void 0)
        json.allow0rtt = opts.allow0RTT;
      if (opts.enableDatagrams !== void 0)
        json.enableDatagrams = opts.enableDatagrams;
      if (opts.keylog !== void 0)
        json.keylog = opts.keylog;
      return json;
    }
    function buildCommonServerOptionsJson(opts) {
      const json = {
        key: utf8Decode(opts.key),
        cert: utf8Decode(opts.cert)
      };
      if (opts.ca)
        json.ca = utf8Decode(opts.ca);
      if (opts.clientAuth !== void 0)
        json.clientAuth = opts.clientAuth;
      if (opts.maxIdleTimeoutMs !== void 0)
        json.maxIdleTimeoutMs = opts.maxIdleTimeoutMs;
      if (opts.maxUdpPayloadSize !== void 0)
        json.maxUdpPayloadSize = opts.maxUdpPayloadSize;
      if (opts.initialMaxData !== void 0)
        json.initialMaxData = opts.initialMaxData;
      if (opts.initialMaxStreamDataBidiLocal !== void 0)
        json.initialMaxStreamDataBidiLocal = opts.initialMaxStreamDataBidiLocal;
      if (opts.initialMaxStreamsBidi !== void 0)
        json.initialMaxStreamsBidi = opts.initialMaxStreamsBidi;
      if (opts.disableActiveMigration !== void 0)
        json.disableActiveMigration = opts.disableActiveMigration;
      if (opts.enableDatagrams !== void 0)
        json.enableDatagrams = opts.enableDatagrams;
      if (opts.disableRetry !== void 0)
        json.disableRetry = opts.disableRetry;
      if (opts.maxConnections !== void 0)
        json.maxConnections = opts.maxConnections;
      if (opts.keylog !== void 0)
        json.keylog = opts.keylog;
      return json;
    }
  }
});

// node_modules/@currentspace/http3/dist/wasm/h3-client-event-loop.js
var require_h3_client_event_loop = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/h3-client-event-loop.js"(exports2) {
    "use strict";
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.WasmH3ClientEventLoop = void 0;
    var events_js_1 = require_events();
    var wasm_options_js_1 = require_wasm_options();
    var EVENT_SHUTDOWN_COMPLETE = 15;
    var CLOSE_DRAIN_DEADLINE_MS = 2e3;
    var CLOSE_DRAIN_POLL_MS = 5;
    function unrefIfSupported(timer) {
      const maybeUnrefable = timer;
      if (typeof maybeUnrefable.unref === "function")
        maybeUnrefable.unref();
    }
    async function sleep(ms) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        unrefIfSupported(timer);
      });
    }
    var WasmH3ClientEventLoop2 = class {
      core;
      opts;
      dispatch;
      onKeylog;
      handle = 0;
      transport = null;
      outPtrCell = 0;
      timer = null;
      armedAbsoluteDeadlineMs = null;
      closeRequested = false;
      closePromise = null;
      /**
       * @param dispatch Receives already-decoded event batches (never dispatch
       *   synchronously from inside a command call \u2014 this class always defers
       *   via `queueMicrotask`, per \u00a76.4).
       * @param onKeylog Mirrors native's `'keylog'` session event delivery
       *   (`lib/client.ts` + `lib/keylog.ts`'s file-tailing, replaced here by
       *   draining `take_keylog` each pump) \u2014 wired by
       *   `lib/client-event-loop-factory.ts`/`lib/client.ts`, not part of the
       *   shared `ClientEventLoopLike` contract. Receives a `Uint8Array`, not a
       *   `Buffer` \u2014 `lib/client.ts`/`lib/quic-client.ts` wrap it in a real
       *   `Buffer.from(...)` before emitting the public `'keylog'` event
       *   (Phase 5, docs/WASM_CLIENT_PLAN.md \u00a79).
       */
      constructor(opts, dispatch, onKeylog) {
        this.opts = opts;
        this.dispatch = dispatch;
        this.onKeylog = onKeylog;
        this.core = opts.core;
      }
      async connect(serverAddr, serverName) {
        const { host, port } = (0, wasm_options_js_1.parseSocketAddress)(serverAddr);
        const transport = await this.opts.transportFactory(host, port);
        if (this.closeRequested) {
          await transport.close();
          return;
        }
        this.transport = transport;
        const local = transport.localAddress();
        const optsJson = {
          ...(0, wasm_options_js_1.buildCommonOptionsJson)(this.opts),
          serverAddr,
          serverName,
          localAddr: (0, wasm_options_js_1.formatLocalAddr)(local.address, local.family, local.port),
          scidHex: (0, wasm_options_js_1.randomScidHex)()
        };
        const { ptr, len } = this.core.writeUtf8(JSON.stringify(optsJson));
        const handle = this.core.exports.h3c_new(ptr, len);
        this.core.free(ptr, len);
        if (handle === 0) {
          const message = this.core.readLastError(this.core.exports.h3c_last_error, 0);
          throw new Error(message);
        }
        this.handle = handle;
        this.outPtrCell = this.core.allocOutPtrCell();
        transport.onMessage((datagram) => {
          this.onDatagram(datagram);
        });
        this.pump();
      }
      sendRequest(headers, fin) {
        const { ptr, len } = this.core.writeUtf8(JSON.stringify(headers));
        const result = this.core.exports.h3c_send_request(this.handle, ptr, len, fin ? 1 : 0);
        this.core.free(ptr, len);
        this.pump();
        const streamId = Number(result);
        if (streamId < 0) {
          const message = this.core.readLastError(this.core.exports.h3c_last_error, this.handle);
          throw new Error(message);
        }
        return streamId;
      }
      streamSend(streamId, data, fin) {
        const { ptr, len } = this.core.writeBytes(data);
        const result = Number(this.core.exports.h3c_stream_send(this.handle, BigInt(streamId), ptr, len, fin ? 1 : 0));
        this.core.free(ptr, len);
        this.pump();
        return result < 0 ? 0 : result;
      }
      streamClose(streamId, errorCode) {
        const result = Number(this.core.exports.h3c_stream_close(this.handle, BigInt(streamId), errorCode));
        this.pump();
        return result >= 0;
      }
      sendDatagram(data) {
        const { ptr, len } = this.core.writeBytes(data);
        const result = Number(this.core.exports.h3c_send_datagram(this.handle, ptr, len));
        this.core.free(ptr, len);
        this.pump();
        return result >= 0;
      }
      getSessionMetrics() {
        const len = Number(this.core.exports.h3c_session_metrics(this.handle, this.outPtrCell));
        if (len <= 0) {
          throw new Error("failed to read wasm H3 session metrics");
        }
        const json = this.core.readOutPtrResultUtf8(this.outPtrCell, len);
        return JSON.parse(json);
      }
      getRemoteSettings() {
        const len = Number(this.core.exports.h3c_remote_settings(this.handle, this.outPtrCell));
        if (len <= 0)
          return [];
        const json = this.core.readOutPtrResultUtf8(this.outPtrCell, len);
        return JSON.parse(json);
      }
      ping() {
        const result = Number(this.core.exports.h3c_ping(this.handle));
        this.pump();
        return result >= 0;
      }
      // N5: qlog is excluded from the wasm build.
      getQlogPath() {
        return null;
      }
      async close(errorCode = 0, reason = "client close") {
        this.closeRequested = true;
        if (this.closePromise)
          return this.closePromise;
        this.closePromise = this.doClose(errorCode, reason);
        return this.closePromise;
      }
      async doClose(errorCode, reason) {
        if (this.handle !== 0) {
          const { ptr, len } = this.core.writeUtf8(reason);
          this.core.exports.h3c_close(this.handle, errorCode, ptr, len);
          this.core.free(ptr, len);
          this.pump();
          const deadline = Date.now() + CLOSE_DRAIN_DEADLINE_MS;
          while (this.core.exports.h3c_is_done(this.handle) === 0 && Date.now() < deadline) {
            await sleep(CLOSE_DRAIN_POLL_MS);
            this.core.exports.h3c_on_timeout(this.handle);
            this.pump();
          }
          this.dispatch([{ eventType: EVENT_SHUTDOWN_COMPLETE, connHandle: this.handle, streamId: -1 }]);
          if (this.timer) {
            clearTimeout(this.timer);
            this.timer = null;
          }
          this.core.free(this.outPtrCell, 4);
          this.core.exports.h3c_free(this.handle);
          this.handle = 0;
        }
        if (this.transport) {
          await this.transport.close();
          this.transport = null;
        }
      }
      // ---- Binding-compat surface (not part of ClientEventLoopLike, kept for
      // parity with NativeWorkerClientBinding \u2014 docs/WASM_CLIENT_PLAN.md \u00a76.4). ----
      /**
       * Test-only hook (C5 deterministic-timer tests, docs/WASM_CLIENT_PLAN.md
       * \u00a77): force an `on_timeout` check right now instead of waiting for the
       * armed `setTimeout` to fire on its own. Deliberately does **not** call
       * any command that sends fresh data first (e.g. `ping()`): with a mocked
       * clock jumped far into the future, sending a new ack-eliciting packet
       * would let quiche observe fresh (post-jump) send activity and
       * effectively "revive" the connection's own idle-time bookkeeping,
       * defeating the point of the test. `h3c_on_timeout` is a safe no-op if
       * quiche's own deadline isn't actually due yet.
       */
      _forceTimeoutCheck() {
        this.onTimerFire();
      }
      /** No-op: the wasm core has no cross-thread admission queue (A2 task 2). */
      ackEventBatch(_count) {
      }
      requestShutdown() {
        return true;
      }
      /** No-op: there is no separate worker thread to join. */
      joinWorker() {
      }
      localAddress() {
        return this.transport?.localAddress() ?? { address: "0.0.0.0", family: "IPv4", port: 0 };
      }
      // ---- Pump discipline (\u00a76.4 \u2014 the core correctness contract of this class) ----
      onDatagram(datagram) {
        if (this.handle === 0)
          return;
        const rxPtr = this.core.exports.h3c_rx_buffer(this.handle);
        this.core.writeAt(rxPtr, datagram);
        this.core.exports.h3c_recv(this.handle, datagram.length);
        this.pump();
      }
      onTimerFire() {
        this.timer = null;
        this.armedAbsoluteDeadlineMs = null;
        if (this.handle === 0)
          return;
        this.core.exports.h3c_on_timeout(this.handle);
        this.pump();
      }
      flushSends() {
        if (!this.transport || this.handle === 0)
          return;
        for (; ; ) {
          const len = Number(this.core.exports.h3c_next_send(this.handle));
          if (len <= 0)
            break;
          const txPtr = this.core.exports.h3c_tx_buffer(this.handle);
          const payload = this.core.copyOut(txPtr, len);
          this.transport.send(payload);
        }
      }
      pump() {
        if (this.handle === 0)
          return;
        this.flushSends();
        const len = Number(this.core.exports.h3c_drain_events(this.handle, this.outPtrCell));
        const json = len > 0 ? this.core.readOutPtrResultUtf8(this.outPtrCell, len) : "[]";
        const events = (0, events_js_1.decodeEventBatch)(this.core, json, this.handle);
        this.flushSends();
        if (this.opts.keylog && this.onKeylog) {
          const lines = (0, events_js_1.drainKeylog)(this.core, this.core.exports.h3c_take_keylog, this.handle, this.outPtrCell);
          if (lines)
            this.onKeylog(lines);
        }
        if (events.length > 0) {
          queueMicrotask(() => {
            this.dispatch(events);
          });
        }
        this.rearmTimer();
      }
      rearmTimer() {
        if (this.handle === 0)
          return;
        const relativeMs = Number(this.core.exports.h3c_timeout_ms(this.handle));
        if (relativeMs < 0) {
          if (this.timer) {
            clearTimeout(this.timer);
            this.timer = null;
          }
          this.armedAbsoluteDeadlineMs = null;
          return;
        }
        const absoluteDeadlineMs = Date.now() + relativeMs;
        if (this.armedAbsoluteDeadlineMs !== null && Math.abs(absoluteDeadlineMs - this.armedAbsoluteDeadlineMs) <= 1) {
          return;
        }
        if (this.timer)
          clearTimeout(this.timer);
        this.armedAbsoluteDeadlineMs = absoluteDeadlineMs;
        const timer = setTimeout(() => {
          this.onTimerFire();
        }, relativeMs);
        unrefIfSupported(timer);
        this.timer = timer;
      }
    };
    exports2.WasmH3ClientEventLoop = WasmH3ClientEventLoop2;
  }
});

// node_modules/@currentspace/http3/dist/wasm/quic-client-event-loop.js
var require_quic_client_event_loop = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/quic-client-event-loop.js"(exports2) {
    "use strict";
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.WasmQuicClientEventLoop = void 0;
    var events_js_1 = require_events();
    var wasm_options_js_1 = require_wasm_options();
    var EVENT_SHUTDOWN_COMPLETE = 15;
    var CLOSE_DRAIN_DEADLINE_MS = 2e3;
    var CLOSE_DRAIN_POLL_MS = 5;
    function unrefIfSupported(timer) {
      const maybeUnrefable = timer;
      if (typeof maybeUnrefable.unref === "function")
        maybeUnrefable.unref();
    }
    async function sleep(ms) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        unrefIfSupported(timer);
      });
    }
    var WasmQuicClientEventLoop = class {
      core;
      opts;
      dispatch;
      onKeylog;
      handle = 0;
      transport = null;
      outPtrCell = 0;
      timer = null;
      armedAbsoluteDeadlineMs = null;
      closeRequested = false;
      closePromise = null;
      constructor(opts, dispatch, onKeylog) {
        this.opts = opts;
        this.dispatch = dispatch;
        this.onKeylog = onKeylog;
        this.core = opts.core;
      }
      async connect(serverAddr, serverName) {
        const { host, port } = (0, wasm_options_js_1.parseSocketAddress)(serverAddr);
        const transport = await this.opts.transportFactory(host, port);
        if (this.closeRequested) {
          await transport.close();
          return;
        }
        this.transport = transport;
        const local = transport.localAddress();
        const optsJson = {
          ...(0, wasm_options_js_1.buildCommonOptionsJson)(this.opts),
          ...this.opts.cert && { cert: new TextDecoder("utf-8").decode(this.opts.cert) },
          ...this.opts.key && { key: new TextDecoder("utf-8").decode(this.opts.key) },
          ...this.opts.alpn && { alpn: this.opts.alpn },
          serverAddr,
          serverName,
          localAddr: (0, wasm_options_js_1.formatLocalAddr)(local.address, local.family, local.port),
          scidHex: (0, wasm_options_js_1.randomScidHex)()
        };
        const { ptr, len } = this.core.writeUtf8(JSON.stringify(optsJson));
        const handle = this.core.exports.qc_new(ptr, len);
        this.core.free(ptr, len);
        if (handle === 0) {
          const message = this.core.readLastError(this.core.exports.qc_last_error, 0);
          throw new Error(message);
        }
        this.handle = handle;
        this.outPtrCell = this.core.allocOutPtrCell();
        transport.onMessage((datagram) => {
          this.onDatagram(datagram);
        });
        this.pump();
      }
      openStream() {
        const result = this.core.exports.qc_open_stream(this.handle);
        this.pump();
        const streamId = Number(result);
        if (streamId < 0) {
          const message = this.core.readLastError(this.core.exports.qc_last_error, this.handle);
          throw new Error(message);
        }
        return streamId;
      }
      streamSend(streamId, data, fin) {
        const { ptr, len } = this.core.writeBytes(data);
        const result = Number(this.core.exports.qc_stream_send(this.handle, BigInt(streamId), ptr, len, fin ? 1 : 0));
        this.core.free(ptr, len);
        this.pump();
        return result < 0 ? 0 : result;
      }
      streamClose(streamId, errorCode) {
        const result = Number(this.core.exports.qc_stream_close(this.handle, BigInt(streamId), errorCode));
        this.pump();
        return result >= 0;
      }
      sendDatagram(data) {
        const { ptr, len } = this.core.writeBytes(data);
        const result = Number(this.core.exports.qc_send_datagram(this.handle, ptr, len));
        this.core.free(ptr, len);
        this.pump();
        return result >= 0;
      }
      getSessionMetrics() {
        const len = Number(this.core.exports.qc_session_metrics(this.handle, this.outPtrCell));
        if (len <= 0) {
          throw new Error("failed to read wasm QUIC session metrics");
        }
        const json = this.core.readOutPtrResultUtf8(this.outPtrCell, len);
        return JSON.parse(json);
      }
      ping() {
        const result = Number(this.core.exports.qc_ping(this.handle));
        this.pump();
        return result >= 0;
      }
      // N5: qlog is excluded from the wasm build.
      getQlogPath() {
        return null;
      }
      async close(errorCode = 0, reason = "client close") {
        this.closeRequested = true;
        if (this.closePromise)
          return this.closePromise;
        this.closePromise = this.doClose(errorCode, reason);
        return this.closePromise;
      }
      async doClose(errorCode, reason) {
        if (this.handle !== 0) {
          const { ptr, len } = this.core.writeUtf8(reason);
          this.core.exports.qc_close(this.handle, errorCode, ptr, len);
          this.core.free(ptr, len);
          this.pump();
          const deadline = Date.now() + CLOSE_DRAIN_DEADLINE_MS;
          while (this.core.exports.qc_is_done(this.handle) === 0 && Date.now() < deadline) {
            await sleep(CLOSE_DRAIN_POLL_MS);
            this.core.exports.qc_on_timeout(this.handle);
            this.pump();
          }
          this.dispatch([{ eventType: EVENT_SHUTDOWN_COMPLETE, connHandle: this.handle, streamId: -1 }]);
          if (this.timer) {
            clearTimeout(this.timer);
            this.timer = null;
          }
          this.core.free(this.outPtrCell, 4);
          this.core.exports.qc_free(this.handle);
          this.handle = 0;
        }
        if (this.transport) {
          await this.transport.close();
          this.transport = null;
        }
      }
      // ---- Binding-compat surface (not part of QuicClientEventLoopLike, kept
      // for parity with NativeQuicClientBinding \u2014 docs/WASM_CLIENT_PLAN.md \u00a76.4). ----
      /**
       * Test-only hook (C5 deterministic-timer tests) \u2014 see the identical,
       * more-commented version on WasmH3ClientEventLoop for the full
       * rationale (why this must not send fresh data first, unlike e.g. `ping()`).
       */
      _forceTimeoutCheck() {
        this.onTimerFire();
      }
      /** No-op: the wasm core has no cross-thread admission queue (A2 task 2). */
      ackEventBatch(_count) {
      }
      requestShutdown() {
        return true;
      }
      /** No-op: there is no separate worker thread to join. */
      joinWorker() {
      }
      localAddress() {
        return this.transport?.localAddress() ?? { address: "0.0.0.0", family: "IPv4", port: 0 };
      }
      // ---- Pump discipline (\u00a76.4) \u2014 see h3-client-event-loop.ts's identical, more-commented version. ----
      onDatagram(datagram) {
        if (this.handle === 0)
          return;
        const rxPtr = this.core.exports.qc_rx_buffer(this.handle);
        this.core.writeAt(rxPtr, datagram);
        this.core.exports.qc_recv(this.handle, datagram.length);
        this.pump();
      }
      onTimerFire() {
        this.timer = null;
        this.armedAbsoluteDeadlineMs = null;
        if (this.handle === 0)
          return;
        this.core.exports.qc_on_timeout(this.handle);
        this.pump();
      }
      flushSends() {
        if (!this.transport || this.handle === 0)
          return;
        for (; ; ) {
          const len = Number(this.core.exports.qc_next_send(this.handle));
          if (len <= 0)
            break;
          const txPtr = this.core.exports.qc_tx_buffer(this.handle);
          const payload = this.core.copyOut(txPtr, len);
          this.transport.send(payload);
        }
      }
      pump() {
        if (this.handle === 0)
          return;
        this.flushSends();
        const len = Number(this.core.exports.qc_drain_events(this.handle, this.outPtrCell));
        const json = len > 0 ? this.core.readOutPtrResultUtf8(this.outPtrCell, len) : "[]";
        const events = (0, events_js_1.decodeEventBatch)(this.core, json, this.handle);
        this.flushSends();
        if (this.opts.keylog && this.onKeylog) {
          const lines = (0, events_js_1.drainKeylog)(this.core, this.core.exports.qc_take_keylog, this.handle, this.outPtrCell);
          if (lines)
            this.onKeylog(lines);
        }
        if (events.length > 0) {
          queueMicrotask(() => {
            this.dispatch(events);
          });
        }
        this.rearmTimer();
      }
      rearmTimer() {
        if (this.handle === 0)
          return;
        const relativeMs = Number(this.core.exports.qc_timeout_ms(this.handle));
        if (relativeMs < 0) {
          if (this.timer) {
            clearTimeout(this.timer);
            this.timer = null;
          }
          this.armedAbsoluteDeadlineMs = null;
          return;
        }
        const absoluteDeadlineMs = Date.now() + relativeMs;
        if (this.armedAbsoluteDeadlineMs !== null && Math.abs(absoluteDeadlineMs - this.armedAbsoluteDeadlineMs) <= 1) {
          return;
        }
        if (this.timer)
          clearTimeout(this.timer);
        this.armedAbsoluteDeadlineMs = absoluteDeadlineMs;
        const timer = setTimeout(() => {
          this.onTimerFire();
        }, relativeMs);
        unrefIfSupported(timer);
        this.timer = timer;
      }
    };
    exports2.WasmQuicClientEventLoop = WasmQuicClientEventLoop;
  }
});

// node_modules/@currentspace/http3/dist/wasm/h3-server-event-loop.js
var require_h3_server_event_loop = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/h3-server-event-loop.js"(exports2) {
    "use strict";
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.WasmH3ServerEventLoop = void 0;
    var events_js_1 = require_events();
    var wasm_options_js_1 = require_wasm_options();
    var CLOSE_DRAIN_DEADLINE_MS = 2e3;
    var CLOSE_DRAIN_POLL_MS = 5;
    function unrefIfSupported(timer) {
      const maybeUnrefable = timer;
      if (typeof maybeUnrefable.unref === "function")
        maybeUnrefable.unref();
    }
    async function sleep(ms) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        unrefIfSupported(timer);
      });
    }
    var WasmH3ServerEventLoop = class {
      core;
      opts;
      dispatch;
      handle = 0;
      transport = null;
      outPtrCell = 0;
      timer = null;
      armedAbsoluteDeadlineMs = null;
      closed = false;
      closePromise = null;
      /**
       * @param dispatch Receives already-decoded event batches (never
       *   dispatched synchronously from inside a command call \u2014 deferred via
       *   `queueMicrotask`, same discipline as the client event loops).
       */
      constructor(opts, dispatch) {
        this.opts = opts;
        this.dispatch = dispatch;
        this.core = opts.core;
      }
      /** Bind the server's UDP socket and construct the wasm server handle. Returns the bound local address. */
      async listen(port, host) {
        const transport = await this.opts.transportFactory(port, host);
        this.transport = transport;
        const local = transport.localAddress();
        const optsJson = {
          ...(0, wasm_options_js_1.buildCommonServerOptionsJson)(this.opts),
          localAddr: (0, wasm_options_js_1.formatLocalAddr)(local.address, local.family, local.port),
          retryTokenKeyHex: (0, wasm_options_js_1.randomRetryTokenKeyHex)()
        };
        if (this.opts.qpackMaxTableCapacity !== void 0)
          optsJson.qpackMaxTableCapacity = this.opts.qpackMaxTableCapacity;
        if (this.opts.qpackBlockedStreams !== void 0)
          optsJson.qpackBlockedStreams = this.opts.qpackBlockedStreams;
        if (this.opts.quicLb !== void 0)
          optsJson.quicLb = this.opts.quicLb;
        if (this.opts.serverId)
          optsJson.serverId = Array.from(this.opts.serverId, (b) => b.toString(16).padStart(2, "0")).join("");
        const { ptr, len } = this.core.writeUtf8(JSON.stringify(optsJson));
        const handle = this.core.exports.hs_new(ptr, len);
        this.core.free(ptr, len);
        if (handle === 0) {
          const message = this.core.readLastError(this.core.exports.hs_last_error, 0);
          await transport.close();
          this.transport = null;
          throw new Error(message);
        }
        this.handle = handle;
        this.outPtrCell = this.core.allocOutPtrCell();
        transport.onMessage((datagram, peerAddr) => {
          this.onDatagram(datagram, peerAddr);
        });
        return local;
      }
      // ---- Per-connection operations (ServerEventLoopLike) ----
      sendResponseHeaders(connHandle, streamId, headers, fin) {
        this.rawSendResponseHeaders(connHandle, streamId, headers, fin);
        this.pump();
      }
      /**
       * Headers + one body chunk in a single call \u2014 mirrors native's
       * `WorkerCommand::SendResponse` composition exactly (`src/worker.rs`):
       * headers are sent with `fin=false` (the body always follows), then the
       * body chunk carries the caller's requested `fin`. This composes cleanly
       * over the two separate ABI calls because both wrap the same underlying
       * `H3ServerHandler` methods native's single command composes internally
       * \u2014 including the blocked-headers retry path (a blocked
       * `hs_send_response_headers` already buffers a pending response
       * server-side; the following `hs_stream_send` call detects that pending
       * entry and appends its body chunk to it, exactly as
       * `H3ServerHandler::queue_stream_send`'s doc comment describes).
       */
      sendResponse(connHandle, streamId, headers, data, fin) {
        this.rawSendResponseHeaders(connHandle, streamId, headers, false);
        this.rawStreamSend(connHandle, streamId, data, fin);
        this.pump();
      }
      streamSend(connHandle, streamId, data, fin) {
        const result = this.rawStreamSend(connHandle, streamId, data, fin);
        this.pump();
        return result < 0 ? 0 : result;
      }
      streamClose(connHandle, streamId, errorCode) {
        this.core.exports.hs_stream_close(this.handle, connHandle, BigInt(streamId), errorCode);
        this.pump();
      }
      sendTrailers(connHandle, streamId, headers) {
        const { ptr, len } = this.core.writeUtf8(JSON.stringify(headers));
        this.core.exports.hs_send_trailers(this.handle, connHandle, BigInt(streamId), ptr, len);
        this.core.free(ptr, len);
        this.pump();
      }
      closeSession(connHandle, errorCode, reason) {
        const { ptr, len } = this.core.writeUtf8(reason);
        this.core.exports.hs_close_connection(this.handle, connHandle, errorCode, ptr, len);
        this.core.free(ptr, len);
        this.pump();
      }
      sendDatagram(connHandle, data) {
        const { ptr, len } = this.core.writeBytes(data);
        const result = Number(this.core.exports.hs_send_datagram(this.handle, connHandle, ptr, len));
        this.core.free(ptr, len);
        this.pump();
        return result >= 0;
      }
      getSessionMetrics(connHandle) {
        const len = Number(this.core.exports.hs_session_metrics(this.handle, connHandle, this.outPtrCell));
        if (len <= 0) {
          throw new Error(`failed to read wasm H3 session metrics for connHandle=${String(connHandle)}`);
        }
        const json = this.core.readOutPtrResultUtf8(this.outPtrCell, len);
        return JSON.parse(json);
      }
      getRemoteSettings(connHandle) {
        const len = Number(this.core.exports.hs_remote_settings(this.handle, connHandle, this.outPtrCell));
        if (len <= 0)
          return [];
        const json = this.core.readOutPtrResultUtf8(this.outPtrCell, len);
        return JSON.parse(json);
      }
      pingSession(connHandle) {
        const result = Number(this.core.exports.hs_ping(this.handle, connHandle));
        this.pump();
        return result >= 0;
      }
      // N5: qlog is excluded from the wasm build.
      getQlogPath(_connHandle) {
        return null;
      }
      // ---- Whole-server lifecycle ----
      localAddress() {
        return this.transport?.localAddress() ?? { address: "0.0.0.0", family: "IPv4", port: 0 };
      }
      /**
       * Graceful shutdown of the whole server. Unlike the native
       * `WorkerEventLoop.close()`, there is no separate worker thread whose
       * SHUTDOWN_COMPLETE sentinel must be relayed back across a TSFN boundary
       * \u2014 the wasm core runs synchronously in this same thread, so this method
       * directly drives `hs_shutdown` to completion (every live connection's
       * graceful CONNECTION_CLOSE flushed and observed) before resolving.
       * `lib/server.ts` awaits this promise directly; no dispatch-callback
       * sentinel-detection wiring is needed.
       */
      async close() {
        if (this.closed)
          return;
        this.closed = true;
        if (this.closePromise)
          return this.closePromise;
        this.closePromise = this.doClose();
        return this.closePromise;
      }
      async doClose() {
        if (this.handle !== 0) {
          this.core.exports.hs_shutdown(this.handle);
          this.pump();
          const deadline = Date.now() + CLOSE_DRAIN_DEADLINE_MS;
          while (this.core.exports.hs_is_done(this.handle) === 0 && Date.now() < deadline) {
            await sleep(CLOSE_DRAIN_POLL_MS);
            this.core.exports.hs_on_timeout(this.handle);
            this.pump();
          }
          if (this.timer) {
            clearTimeout(this.timer);
            this.timer = null;
          }
          this.core.free(this.outPtrCell, 4);
          this.core.exports.hs_free(this.handle);
          this.handle = 0;
        }
        if (this.transport) {
          await this.transport.close();
          this.transport = null;
        }
      }
      // ---- Internal per-connection ABI helpers (shared by sendResponseHeaders/sendResponse and streamSend/sendResponse) ----
      rawSendResponseHeaders(connHandle, streamId, headers, fin) {
        const { ptr, len } = this.core.writeUtf8(JSON.stringify(headers));
        this.core.exports.hs_send_response_headers(this.handle, connHandle, BigInt(streamId), ptr, len, fin ? 1 : 0);
        this.core.free(ptr, len);
      }
      rawStreamSend(connHandle, streamId, data, fin) {
        const { ptr, len } = this.core.writeBytes(data);
        const result = Number(this.core.exports.hs_stream_send(this.handle, connHandle, BigInt(streamId), ptr, len, fin ? 1 : 0));
        this.core.free(ptr, len);
        return result;
      }
      // ---- Pump discipline \u2014 mirrors h3-client-event-loop.ts's WasmH3ClientEventLoop exactly, adapted for a bound/multi-peer socket. ----
      onDatagram(datagram, peerAddr) {
        if (this.handle === 0)
          return;
        const rxPtr = this.core.exports.hs_rx_buffer(this.handle);
        this.core.writeAt(rxPtr, datagram);
        const { ptr, len } = this.core.writeUtf8(peerAddr);
        this.core.exports.hs_recv(this.handle, datagram.length, ptr, len);
        this.core.free(ptr, len);
        this.pump();
      }
      onTimerFire() {
        this.timer = null;
        this.armedAbsoluteDeadlineMs = null;
        if (this.handle === 0)
          return;
        this.core.exports.hs_on_timeout(this.handle);
        this.pump();
      }
      flushSends() {
        if (!this.transport || this.handle === 0)
          return;
        for (; ; ) {
          const len = Number(this.core.exports.hs_next_send(this.handle));
          if (len <= 0)
            break;
          const txPtr = this.core.exports.hs_tx_buffer(this.handle);
          const payload = this.core.copyOut(txPtr, len);
          const destLen = Number(this.core.exports.hs_next_send_dest(this.handle, this.outPtrCell));
          if (destLen <= 0)
            break;
          const dest = this.core.readOutPtrResultUtf8(this.outPtrCell, destLen);
          this.transport.send(payload, dest);
        }
      }
      pump() {
        if (this.handle === 0)
          return;
        this.flushSends();
        const len = Number(this.core.exports.hs_drain_events(this.handle, this.outPtrCell));
        const json = len > 0 ? this.core.readOutPtrResultUtf8(this.outPtrCell, len) : "[]";
        const events = (0, events_js_1.decodeServerEventBatch)(this.core, json);
        this.flushSends();
        if (events.length > 0) {
          queueMicrotask(() => {
            this.dispatch(events);
          });
        }
        this.rearmTimer();
      }
      rearmTimer() {
        if (this.handle === 0)
          return;
        const relativeMs = Number(this.core.exports.hs_timeout_ms(this.handle));
        if (relativeMs < 0) {
          if (this.timer) {
            clearTimeout(this.timer);
            this.timer = null;
          }
          this.armedAbsoluteDeadlineMs = null;
          return;
        }
        const absoluteDeadlineMs = Date.now() + relativeMs;
        if (this.armedAbsoluteDeadlineMs !== null && Math.abs(absoluteDeadlineMs - this.armedAbsoluteDeadlineMs) <= 1) {
          return;
        }
        if (this.timer)
          clearTimeout(this.timer);
        this.armedAbsoluteDeadlineMs = absoluteDeadlineMs;
        const timer = setTimeout(() => {
          this.onTimerFire();
        }, relativeMs);
        unrefIfSupported(timer);
        this.timer = timer;
      }
    };
    exports2.WasmH3ServerEventLoop = WasmH3ServerEventLoop;
  }
});

// node_modules/@currentspace/http3/dist/wasm/quic-server-event-loop.js
var require_quic_server_event_loop = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/quic-server-event-loop.js"(exports2) {
    "use strict";
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.WasmQuicServerEventLoop = void 0;
    var events_js_1 = require_events();
    var wasm_options_js_1 = require_wasm_options();
    var CLOSE_DRAIN_DEADLINE_MS = 2e3;
    var CLOSE_DRAIN_POLL_MS = 5;
    function unrefIfSupported(timer) {
      const maybeUnrefable = timer;
      if (typeof maybeUnrefable.unref === "function")
        maybeUnrefable.unref();
    }
    async function sleep(ms) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        unrefIfSupported(timer);
      });
    }
    var WasmQuicServerEventLoop = class {
      core;
      opts;
      dispatch;
      handle = 0;
      transport = null;
      outPtrCell = 0;
      timer = null;
      armedAbsoluteDeadlineMs = null;
      closed = false;
      closePromise = null;
      constructor(opts, dispatch) {
        this.opts = opts;
        this.dispatch = dispatch;
        this.core = opts.core;
      }
      /** Bind the server's UDP socket and construct the wasm server handle. Returns the bound local address. */
      async listen(port, host) {
        const transport = await this.opts.transportFactory(port, host);
        this.transport = transport;
        const local = transport.localAddress();
        const optsJson = {
          ...(0, wasm_options_js_1.buildCommonServerOptionsJson)(this.opts),
          ...this.opts.alpn && { alpn: this.opts.alpn },
          localAddr: (0, wasm_options_js_1.formatLocalAddr)(local.address, local.family, local.port),
          retryTokenKeyHex: (0, wasm_options_js_1.randomRetryTokenKeyHex)()
        };
        const { ptr, len } = this.core.writeUtf8(JSON.stringify(optsJson));
        const handle = this.core.exports.qs_new(ptr, len);
        this.core.free(ptr, len);
        if (handle === 0) {
          const message = this.core.readLastError(this.core.exports.qs_last_error, 0);
          await transport.close();
          this.transport = null;
          throw new Error(message);
        }
        this.handle = handle;
        this.outPtrCell = this.core.allocOutPtrCell();
        transport.onMessage((datagram, peerAddr) => {
          this.onDatagram(datagram, peerAddr);
        });
        return local;
      }
      // ---- Per-connection operations (QuicServerEventLoopLike) ----
      streamSend(connHandle, streamId, data, fin) {
        const { ptr, len } = this.core.writeBytes(data);
        const result = Number(this.core.exports.qs_stream_send(this.handle, connHandle, BigInt(streamId), ptr, len, fin ? 1 : 0));
        this.core.free(ptr, len);
        this.pump();
        return result < 0 ? 0 : result;
      }
      streamClose(connHandle, streamId, errorCode) {
        this.core.exports.qs_stream_close(this.handle, connHandle, BigInt(streamId), errorCode);
        this.pump();
      }
      // ---- Additional per-connection operations (mirrors WorkerEventLoop's
      // QuicWorkerEventLoop sibling in lib/quic-server.ts \u2014 not part of
      // QuicServerEventLoopLike, which only needs streamSend/streamClose, but
      // QuicServerSession's own methods need these). ----
      closeSession(connHandle, errorCode, reason) {
        const { ptr, len } = this.core.writeUtf8(reason);
        this.core.exports.qs_close_connection(this.handle, connHandle, errorCode, ptr, len);
        this.core.free(ptr, len);
        this.pump();
      }
      sendDatagram(connHandle, data) {
        const { ptr, len } = this.core.writeBytes(data);
        const result = Number(this.core.exports.qs_send_datagram(this.handle, connHandle, ptr, len));
        this.core.free(ptr, len);
        this.pump();
        return result >= 0;
      }
      getSessionMetrics(connHandle) {
        const len = Number(this.core.exports.qs_session_metrics(this.handle, connHandle, this.outPtrCell));
        if (len <= 0) {
          throw new Error(`failed to read wasm QUIC session metrics for connHandle=${String(connHandle)}`);
        }
        const json = this.core.readOutPtrResultUtf8(this.outPtrCell, len);
        return JSON.parse(json);
      }
      pingSession(connHandle) {
        const result = Number(this.core.exports.qs_ping(this.handle, connHandle));
        this.pump();
        return result >= 0;
      }
      // ---- Whole-server lifecycle ----
      localAddress() {
        return this.transport?.localAddress() ?? { address: "0.0.0.0", family: "IPv4", port: 0 };
      }
      /** Graceful shutdown of the whole server. See `WasmH3ServerEventLoop.close()`'s identical doc comment. */
      async close() {
        if (this.closed)
          return;
        this.closed = true;
        if (this.closePromise)
          return this.closePromise;
        this.closePromise = this.doClose();
        return this.closePromise;
      }
      async doClose() {
        if (this.handle !== 0) {
          this.core.exports.qs_shutdown(this.handle);
          this.pump();
          const deadline = Date.now() + CLOSE_DRAIN_DEADLINE_MS;
          while (this.core.exports.qs_is_done(this.handle) === 0 && Date.now() < deadline) {
            await sleep(CLOSE_DRAIN_POLL_MS);
            this.core.exports.qs_on_timeout(this.handle);
            this.pump();
          }
          if (this.timer) {
            clearTimeout(this.timer);
            this.timer = null;
          }
          this.core.free(this.outPtrCell, 4);
          this.core.exports.qs_free(this.handle);
          this.handle = 0;
        }
        if (this.transport) {
          await this.transport.close();
          this.transport = null;
        }
      }
      // ---- Pump discipline \u2014 mirrors h3-server-event-loop.ts's WasmH3ServerEventLoop exactly. ----
      onDatagram(datagram, peerAddr) {
        if (this.handle === 0)
          return;
        const rxPtr = this.core.exports.qs_rx_buffer(this.handle);
        this.core.writeAt(rxPtr, datagram);
        const { ptr, len } = this.core.writeUtf8(peerAddr);
        this.core.exports.qs_recv(this.handle, datagram.length, ptr, len);
        this.core.free(ptr, len);
        this.pump();
      }
      onTimerFire() {
        this.timer = null;
        this.armedAbsoluteDeadlineMs = null;
        if (this.handle === 0)
          return;
        this.core.exports.qs_on_timeout(this.handle);
        this.pump();
      }
      flushSends() {
        if (!this.transport || this.handle === 0)
          return;
        for (; ; ) {
          const len = Number(this.core.exports.qs_next_send(this.handle));
          if (len <= 0)
            break;
          const txPtr = this.core.exports.qs_tx_buffer(this.handle);
          const payload = this.core.copyOut(txPtr, len);
          const destLen = Number(this.core.exports.qs_next_send_dest(this.handle, this.outPtrCell));
          if (destLen <= 0)
            break;
          const dest = this.core.readOutPtrResultUtf8(this.outPtrCell, destLen);
          this.transport.send(payload, dest);
        }
      }
      pump() {
        if (this.handle === 0)
          return;
        this.flushSends();
        const len = Number(this.core.exports.qs_drain_events(this.handle, this.outPtrCell));
        const json = len > 0 ? this.core.readOutPtrResultUtf8(this.outPtrCell, len) : "[]";
        const events = (0, events_js_1.decodeServerEventBatch)(this.core, json);
        this.flushSends();
        if (events.length > 0) {
          queueMicrotask(() => {
            this.dispatch(events);
          });
        }
        this.rearmTimer();
      }
      rearmTimer() {
        if (this.handle === 0)
          return;
        const relativeMs = Number(this.core.exports.qs_timeout_ms(this.handle));
        if (relativeMs < 0) {
          if (this.timer) {
            clearTimeout(this.timer);
            this.timer = null;
          }
          this.armedAbsoluteDeadlineMs = null;
          return;
        }
        const absoluteDeadlineMs = Date.now() + relativeMs;
        if (this.armedAbsoluteDeadlineMs !== null && Math.abs(absoluteDeadlineMs - this.armedAbsoluteDeadlineMs) <= 1) {
          return;
        }
        if (this.timer)
          clearTimeout(this.timer);
        this.armedAbsoluteDeadlineMs = absoluteDeadlineMs;
        const timer = setTimeout(() => {
          this.onTimerFire();
        }, relativeMs);
        unrefIfSupported(timer);
        this.timer = timer;
      }
    };
    exports2.WasmQuicServerEventLoop = WasmQuicServerEventLoop;
  }
});

// node_modules/@currentspace/http3/dist/wasm/node-core-loader.js
var require_node_core_loader = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/node-core-loader.js"(exports2) {
    "use strict";
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.loadHttp3WasmCoreFromFile = loadHttp3WasmCoreFromFile2;
    var node_fs_1 = require("node:fs");
    var core_loader_js_1 = require_core_loader();
    var moduleCacheByPath = /* @__PURE__ */ new Map();
    function loadHttp3WasmCoreFromFile2(path, opts = {}) {
      let module3 = moduleCacheByPath.get(path);
      if (!module3) {
        module3 = new WebAssembly.Module((0, node_fs_1.readFileSync)(path));
        moduleCacheByPath.set(path, module3);
      }
      return (0, core_loader_js_1.loadHttp3WasmCore)({ module: module3 }, opts);
    }
  }
});

// node_modules/@currentspace/http3/dist/wasm/node-udp-adapter.js
var require_node_udp_adapter = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/node-udp-adapter.js"(exports2) {
    "use strict";
    var __importDefault = exports2 && exports2.__importDefault || function(mod) {
      return mod && mod.__esModule ? mod : { "default": mod };
    };
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.connectNodeUdp = connectNodeUdp2;
    var node_dgram_1 = __importDefault(require("node:dgram"));
    var node_net_1 = require("node:net");
    var DEFAULT_RECV_BUFFER_SIZE = 4 * 1024 * 1024;
    async function connectNodeUdp2(host, port, opts = {}) {
      const type = (0, node_net_1.isIP)(host) === 6 ? "udp6" : "udp4";
      const socket = node_dgram_1.default.createSocket({
        type,
        recvBufferSize: opts.recvBufferSize ?? DEFAULT_RECV_BUFFER_SIZE
      });
      socket.on("error", () => {
      });
      let onMessage = null;
      socket.on("message", (msg) => {
        onMessage?.(msg);
      });
      await new Promise((resolve) => {
        socket.connect(port, host, () => {
          resolve();
        });
      });
      let closed = false;
      return {
        send(datagram) {
          socket.send(datagram, () => {
          });
        },
        onMessage(cb) {
          onMessage = cb;
        },
        localAddress() {
          const addr = socket.address();
          return { address: addr.address, family: addr.family, port: addr.port };
        },
        async close() {
          if (closed)
            return;
          closed = true;
          onMessage = null;
          await new Promise((resolve) => {
            socket.close(() => {
              resolve();
            });
          });
        }
      };
    }
  }
});

// node_modules/@currentspace/http3/dist/wasm/node-udp-server-adapter.js
var require_node_udp_server_adapter = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/node-udp-server-adapter.js"(exports2) {
    "use strict";
    var __importDefault = exports2 && exports2.__importDefault || function(mod) {
      return mod && mod.__esModule ? mod : { "default": mod };
    };
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.bindNodeUdpServer = bindNodeUdpServer;
    var node_dgram_1 = __importDefault(require("node:dgram"));
    var node_net_1 = require("node:net");
    var wasm_options_js_1 = require_wasm_options();
    var DEFAULT_RECV_BUFFER_SIZE = 4 * 1024 * 1024;
    async function bindNodeUdpServer(port, host, opts = {}) {
      const type = (0, node_net_1.isIP)(host) === 6 ? "udp6" : "udp4";
      const socket = node_dgram_1.default.createSocket({
        type,
        recvBufferSize: opts.recvBufferSize ?? DEFAULT_RECV_BUFFER_SIZE
      });
      let onMessage = null;
      socket.on("message", (msg, rinfo) => {
        onMessage?.(msg, (0, wasm_options_js_1.formatLocalAddr)(rinfo.address, rinfo.family, rinfo.port));
      });
      await new Promise((resolve, reject) => {
        const onBindError = (err) => {
          reject(err);
        };
        socket.once("error", onBindError);
        socket.bind(port, host, () => {
          socket.removeListener("error", onBindError);
          resolve();
        });
      });
      socket.on("error", () => {
      });
      let closed = false;
      return {
        send(datagram, dest) {
          const { host: destHost, port: destPort } = (0, wasm_options_js_1.parseSocketAddress)(dest);
          socket.send(datagram, destPort, destHost, () => {
          });
        },
        onMessage(cb) {
          onMessage = cb;
        },
        localAddress() {
          const addr = socket.address();
          return { address: addr.address, family: addr.family, port: addr.port };
        },
        async close() {
          if (closed)
            return;
          closed = true;
          onMessage = null;
          await new Promise((resolve) => {
            socket.close(() => {
              resolve();
            });
          });
        }
      };
    }
  }
});

// node_modules/@currentspace/http3/dist/wasm/index.js
var require_wasm = __commonJS({
  "node_modules/@currentspace/http3/dist/wasm/index.js"(exports2) {
    "use strict";
    Object.defineProperty(exports2, "__esModule", { value: true });
    exports2.bindNodeUdpServer = exports2.connectNodeUdp = exports2.loadHttp3WasmCoreFromFile = exports2.WasmQuicServerEventLoop = exports2.WasmH3ServerEventLoop = exports2.WasmQuicClientEventLoop = exports2.WasmH3ClientEventLoop = exports2.makePreview1Imports = exports2.loadHttp3WasmCore = void 0;
    var core_loader_js_1 = require_core_loader();
    Object.defineProperty(exports2, "loadHttp3WasmCore", { enumerable: true, get: function() {
      return core_loader_js_1.loadHttp3WasmCore;
    } });
    var wasi_shim_js_1 = require_wasi_shim();
    Object.defineProperty(exports2, "makePreview1Imports", { enumerable: true, get: function() {
      return wasi_shim_js_1.makePreview1Imports;
    } });
    var h3_client_event_loop_js_1 = require_h3_client_event_loop();
    Object.defineProperty(exports2, "WasmH3ClientEventLoop", { enumerable: true, get: function() {
      return h3_client_event_loop_js_1.WasmH3ClientEventLoop;
    } });
    var quic_client_event_loop_js_1 = require_quic_client_event_loop();
    Object.defineProperty(exports2, "WasmQuicClientEventLoop", { enumerable: true, get: function() {
      return quic_client_event_loop_js_1.WasmQuicClientEventLoop;
    } });
    var h3_server_event_loop_js_1 = require_h3_server_event_loop();
    Object.defineProperty(exports2, "WasmH3ServerEventLoop", { enumerable: true, get: function() {
      return h3_server_event_loop_js_1.WasmH3ServerEventLoop;
    } });
    var quic_server_event_loop_js_1 = require_quic_server_event_loop();
    Object.defineProperty(exports2, "WasmQuicServerEventLoop", { enumerable: true, get: function() {
      return quic_server_event_loop_js_1.WasmQuicServerEventLoop;
    } });
    var node_core_loader_js_1 = require_node_core_loader();
    Object.defineProperty(exports2, "loadHttp3WasmCoreFromFile", { enumerable: true, get: function() {
      return node_core_loader_js_1.loadHttp3WasmCoreFromFile;
    } });
    var node_udp_adapter_js_1 = require_node_udp_adapter();
    Object.defineProperty(exports2, "connectNodeUdp", { enumerable: true, get: function() {
      return node_udp_adapter_js_1.connectNodeUdp;
    } });
    var node_udp_server_adapter_js_1 = require_node_udp_server_adapter();
    Object.defineProperty(exports2, "bindNodeUdpServer", { enumerable: true, get: function() {
      return node_udp_server_adapter_js_1.bindNodeUdpServer;
    } });
  }
});

// src/load/http3/wasm-library.ts
var wasm_library_exports = {};
__export(wasm_library_exports, {
  WasmH3ClientEventLoop: () => import_wasm.WasmH3ClientEventLoop,
  connectNodeUdp: () => import_wasm.connectNodeUdp,
  loadHttp3WasmCoreFromFile: () => import_wasm.loadHttp3WasmCoreFromFile,
  version: () => version
});
module.exports = __toCommonJS(wasm_library_exports);
var import_wasm = __toESM(require_wasm(), 1);
var version = "0.9.0";
// Annotate the CommonJS export names for ESM import in node:
0 && (module.exports = {
  WasmH3ClientEventLoop,
  connectNodeUdp,
  loadHttp3WasmCoreFromFile,
  version
});
