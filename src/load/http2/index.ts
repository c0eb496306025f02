/** The door to HTTP/2: all that other folders may use of it. Frames, HPACK and flow control stay inside. */
export { probeHttp2 } from './probe.ts';
export { Http2Session } from './session.ts';
