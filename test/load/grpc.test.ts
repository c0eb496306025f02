import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failedCall, grpcStatusOf, isCall, NO_NUMBER } from '../../src/load/grpc.ts';

const message = (isCall: boolean, isGrpc: boolean, grpcStatus: number | null) =>
  failedCall(isCall, { isGrpc, grpcStatus })?.message ?? null;

describe('a gRPC call', () => {
  it('A gRPC call is good with grpc-status 0 and nothing else', () => {
    assert.equal(message(true, true, 0), null);
    assert.equal(message(false, true, 0), null);
    assert.match(message(false, true, 13) as string, /^grpc-status 13 \(INTERNAL\): \S/);
    assert.match(
      message(true, true, 16) as string,
      /^grpc-status 16 \(UNAUTHENTICATED\): .*`headers`/,
    );
    assert.match(message(true, true, 12) as string, /^grpc-status 12 \(UNIMPLEMENTED\): .*`path`/);
    assert.match(
      message(true, true, 99) as string,
      /^grpc-status 99 \(a code that gRPC does not have\)/,
    );
    assert.match(message(true, true, null) as string, /without grpc-status/);
    assert.match(message(true, true, NO_NUMBER) as string, /no number/);
  });

  it('A gRPC call is not answered by what is no gRPC', () => {
    assert.match(message(true, false, null) as string, /content-type is not application\/grpc/);
    assert.match(message(true, false, 0) as string, /content-type is not application\/grpc/);
  });

  it('A gRPC call is known by its content type; other requests have no such status', () => {
    const called = (value: string, name = 'content-type') => isCall({ headers: [[name, value]] });
    for (const type of [
      'application/grpc',
      'application/grpc+proto',
      'application/GRPC; x=1',
      ' application/grpc ',
    ]) {
      assert.ok(called(type), type);
    }
    assert.ok(called('application/grpc', 'Content-Type'));
    for (const type of ['application/grpc-web', 'application/grpcx', 'application/json', '']) {
      assert.ok(!called(type), type);
    }
    assert.ok(!called('application/grpc', 'accept'));
    assert.equal(message(false, false, 13), null);
  });

  it('A gRPC call has a status of digits', () => {
    assert.deepEqual(['0', '13', '007'].map(grpcStatusOf), [0, 13, 7]);
    for (const text of ['', '-1', '1.0', 'OK', '0x1', '9'.repeat(10), '1 ']) {
      assert.equal(grpcStatusOf(text), NO_NUMBER, text);
    }
  });
});
