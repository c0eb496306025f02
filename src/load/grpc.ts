/**
 * Whether a gRPC call succeeded. It says so in a field of its own, mostly behind the answer: an answer of status 200 may be
 * one of a failed call. Pure. Source: "gRPC over HTTP2" and "Status codes" of the gRPC project.
 */
import { isGrpcType } from '../config/values/grpc-type.ts';
import type { ErrorKind } from './results.ts';
import type { PreparedRequest } from './sequence.ts';

/** What a block of fields says of a call. */
export interface CallFields {
  /** `content-type` is one of gRPC. */
  isGrpc: boolean;
  /** `grpc-status`; `NO_NUMBER` when it is none, null when there is none. */
  grpcStatus: number | null;
}

export const NO_NUMBER = -1;

/** Our own words: what the server says in `grpc-message` is kept out of every file. */
const MEANINGS: readonly (readonly [name: string, means: string])[] = [
  ['OK', 'it succeeded'],
  ['CANCELLED', 'it was cancelled'],
  ['UNKNOWN', 'the server has an error of an unknown kind'],
  ['INVALID_ARGUMENT', 'the server takes the message for wrong; look at `body-file`'],
  ['DEADLINE_EXCEEDED', 'it took longer than was allowed'],
  ['NOT_FOUND', 'what was asked for is not there'],
  ['ALREADY_EXISTS', 'what was to be made is already there'],
  ['PERMISSION_DENIED', 'the caller may not do this; look at `headers`'],
  [
    'RESOURCE_EXHAUSTED',
    'a limit or a quota is used up, as of calls at a time, or the message is larger than it takes; raise the limit for this run, by a setting in `env`, or ask for fewer `streams` and `connections`',
  ],
  ['FAILED_PRECONDITION', 'the server is not in the state for it'],
  ['ABORTED', 'it was given up, as when two calls stand in each other’s way'],
  ['OUT_OF_RANGE', 'it asks for something behind the end'],
  ['UNIMPLEMENTED', 'the server does not know this method; look at `path`'],
  [
    'INTERNAL',
    'something inside the server is broken, or it cannot read the message; look at its own log and at `body-file`',
  ],
  ['UNAVAILABLE', 'the server cannot take calls now'],
  ['DATA_LOSS', 'data are lost or damaged'],
  ['UNAUTHENTICATED', 'the caller is not known; look at `headers`'],
];

/** Whether a request is one of gRPC. */
export function isCall({ headers }: Pick<PreparedRequest, 'headers'>): boolean {
  return headers.some(
    ([name, value]) => name.toLowerCase() === 'content-type' && isGrpcType(value.trim()),
  );
}

/** Of a header's value. */
export function grpcStatusOf(value: string): number {
  return /^\d{1,9}$/.test(value) ? Number(value) : NO_NUMBER;
}

/**
 * How a whole answer of the expected status failed all the same, null: it did not. `isCall`: the request was one of gRPC.
 * `grpcStatus`: of the fields behind the answer, or, where there are none, of those before it.
 */
export function failedCall(
  isCall: boolean,
  { isGrpc, grpcStatus }: CallFields,
): { kind: ErrorKind; message: string } | null {
  if (!isCall && !isGrpc) return null;
  if (!isGrpc) {
    return failure(
      'the answer to a gRPC call is no gRPC: its content-type is not application/grpc',
    );
  }
  if (grpcStatus === 0) return null;
  if (grpcStatus === null) {
    return failure('an answer without grpc-status, with which every gRPC call ends');
  }
  if (grpcStatus === NO_NUMBER) return failure('grpc-status is no number');
  const [name, means] = MEANINGS[grpcStatus] ?? ['a code that gRPC does not have', 'it failed'];
  return failure(`grpc-status ${grpcStatus} (${name}): ${means}`);
}

function failure(message: string): { kind: ErrorKind; message: string } {
  return { kind: 'status', message };
}
