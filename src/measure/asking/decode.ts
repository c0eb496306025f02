/** A compressed body as it was before. */
import zlib from 'node:zlib';

/** An answer that is larger when it is unpacked is taken for a bomb. */
const MOST_BYTES = 64 * 1024 * 1024;

const UNPACK: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => zlib.gunzipSync(bytes, { maxOutputLength: MOST_BYTES }),
  deflate: inflate,
  br: (bytes) => zlib.brotliDecompressSync(bytes, { maxOutputLength: MOST_BYTES }),
  // Not in every Node.js that this runs on.
  ...(zlib.zstdDecompressSync && {
    zstd: (bytes: Buffer) => zlib.zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES }),
  }),
};

/** Undoes every coding of `content-encoding`, the last one first. A string: why that is not possible. */
export function decoded(bytes: Buffer, encoding: string): Buffer | string {
  let plain = bytes;
  for (const name of encoding.toLowerCase().split(',').reverse()) {
    const coding = name.trim().replace(/^x-/, '');
    if (coding === '' || coding === 'identity') continue;
    const unpack = UNPACK[coding];
    if (coding === 'zstd' && unpack === undefined) {
      return 'a body in zstd, which Node.js unpacks from 22.15 on';
    }
    if (unpack === undefined) return 'a content-encoding that is not known here';
    try {
      plain = unpack(plain);
    } catch {
      return `a body that is no ${coding}, as its content-encoding says`;
    }
  }
  return plain;
}

/** "deflate" is zlib's form by the standard, and the bare one by habit. */
function inflate(bytes: Buffer): Buffer {
  try {
    return zlib.inflateSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch {
    return zlib.inflateRawSync(bytes, { maxOutputLength: MOST_BYTES });
  }
}
