/**
 * Fields to a header block that means the same on every connection: numbers of the static table,
 * else literals that the peer must not keep (RFC 7541, 6.1 and 6.2.2).
 */
import { type Field, STATIC_TABLE } from './static-table.ts';

/** Names and values: one character a byte. */
export function encodeFields(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.map(encodeField));
}

function encodeField({ name, value }: Field): Buffer {
  const whole = STATIC_TABLE.findIndex((entry) => entry.name === name && entry.value === value);
  if (whole >= 0) return encodeInteger(0x80, 7, whole + 1);
  const named = STATIC_TABLE.findIndex((entry) => entry.name === name);
  const start = encodeInteger(0x00, 4, named + 1);
  return Buffer.concat(
    named >= 0 ? [start, encodeString(value)] : [start, encodeString(name), encodeString(value)],
  );
}

/** Never Huffman-coded: the least work for the server that is measured. */
function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([encodeInteger(0x00, 7, bytes.length), bytes]);
}

function encodeInteger(pattern: number, bits: number, value: number): Buffer {
  const most = (1 << bits) - 1;
  if (value < most) return Buffer.from([pattern | value]);
  const bytes = [pattern | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}
