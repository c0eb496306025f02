/** What an answer's header fields say about it (RFC 9113, section 8). */
import { isGrpcType } from '../../config/values/grpc-type.ts';
import { type CallFields, grpcStatusOf } from '../grpc.ts';
import { quote } from '../http1/head.ts';
import type { Field } from './hpack/static-table.ts';

export interface AnswerHead extends CallFields {
  /** 0: the block has no status, as trailers have none. */
  status: number;
  /** Null: not said. */
  contentLength: number | null;
  contentType?: string;
  location?: string;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
const FORBIDDEN_IN_VALUE = /[\x00\r\n]/;
const BLANK_AT_AN_END = /^[ \t]|[ \t]$/;
/** Fields about one connection of HTTP/1.1 (RFC 9113, 8.2.2). */
const OF_A_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** What the fields say, or in words why they are malformed. */
export function readAnswerHead(fields: readonly Field[]): AnswerHead | string {
  const head: AnswerHead = { status: 0, contentLength: null, isGrpc: false, grpcStatus: null };
  for (const [index, { name, value }] of fields.entries()) {
    if (name === ':status') {
      if (index > 0) return ':status is not the first field';
      if (!/^[1-9]\d\d$/.test(value)) return `bad :status ${shown(value)}`;
      head.status = Number(value);
    } else if (!TOKEN.test(name)) {
      return `bad field name ${shown(name)}`;
    } else if (FORBIDDEN_IN_VALUE.test(value)) {
      return `forbidden byte in the value of ${name}`;
    } else if (BLANK_AT_AN_END.test(value)) {
      return `blank at an end of the value of ${name}`;
    } else if (OF_A_CONNECTION.has(name)) {
      return `field ${name} does not exist in HTTP/2`;
    } else if (name === 'content-length') {
      // 15 digits: the most that a double holds exactly.
      if (!/^\d{1,15}$/.test(value)) return `bad content-length ${shown(value)}`;
      const length = Number(value);
      if (head.contentLength !== null && head.contentLength !== length) {
        return `two content-lengths, ${head.contentLength} and ${length}`;
      }
      head.contentLength = length;
    } else if (name === 'content-type') {
      head.contentType = value;
      head.isGrpc = isGrpcType(value);
    } else if (name === 'location') {
      head.location = value;
    } else if (name === 'grpc-status') {
      head.grpcStatus = grpcStatusOf(value);
    }
  }
  return head;
}

function shown(text: string): string {
  return quote(Buffer.from(text, 'latin1'), 0, text.length);
}
