/** Servers of gRPC, whose calls fail with status 200. */
import { AT_ONCE_S, type Manner } from './manner.ts';

/** A call without a message, as a user writes it. */
export const SAY = {
  protocol: 'http2',
  method: 'POST',
  path: '/echo.Echo/Say',
  headers: { 'content-type': 'application/grpc', te: 'trailers' },
  body: '\0\0\0\0\0',
};

const calls = (
  KIND: string,
  scenario: Record<string, unknown> = {},
): Omit<Manner, 'kind' | 'should'> => ({
  folder: 'calls',
  server: { env: { KIND } },
  scenario: { ...SAY, ...scenario },
});
const told = (says: RegExp) => ({ exit: 3, says, withinS: AT_ONCE_S });

export const CALLS: readonly Manner[] = [
  {
    kind: 'gRPC: a method that the server does not know',
    ...calls('sound', { path: '/echo.Echo/Shout' }),
    should: told(/both builds.*grpc-status 12 \(UNIMPLEMENTED\).*`path`/),
  },
  {
    kind: 'gRPC: asks for a token',
    ...calls('tokens'),
    should: told(/both builds.*grpc-status 16 \(UNAUTHENTICATED\).*`headers`/),
  },
  {
    kind: 'gRPC: a page of HTML in place of an answer, with status 200',
    ...calls('proxy'),
    should: told(/both builds.*no gRPC: its content-type is not application\/grpc/),
  },
  {
    kind: 'gRPC: a quota of 500 calls',
    ...calls('quota'),
    should: { exit: 3, says: /both builds.*grpc-status 8 \(RESOURCE_EXHAUSTED\)/, withinS: 60 },
  },
  {
    kind: 'gRPC: fails at one call in twenty',
    ...calls('some'),
    should: { exit: 3, says: /grpc-status 13 \(INTERNAL\)/, withinS: 120 },
  },
];
