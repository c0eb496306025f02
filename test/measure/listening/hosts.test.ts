import assert from 'node:assert/strict';
import { it } from 'node:test';
import { authority } from '../../../src/load/address.ts';
import { hostsFor, withZone } from '../../../src/measure/listening/hosts.ts';
import { parseTable } from '../../../src/measure/listening/listener-tables.ts';

it('A listener is reached at its own address, and on every address by IPv4 first', () => {
  assert.deepEqual(hostsFor(['127.0.0.1']), ['127.0.0.1']);
  assert.deepEqual(hostsFor(['0.0.0.0']), ['127.0.0.1']);
  assert.deepEqual(hostsFor(['::']), ['127.0.0.1', '::1']);
  assert.deepEqual(hostsFor(['::1']), ['::1']);
  assert.deepEqual(hostsFor(['10.0.0.5', '127.0.0.2']), ['10.0.0.5', '127.0.0.2']);
  assert.deepEqual(hostsFor(['10.0.0.5', '::1', '127.0.0.1']), ['127.0.0.1', '::1', '10.0.0.5']);
  assert.deepEqual(hostsFor([null]), ['127.0.0.1']);
});

it('The kernel tables give addresses as people write them', () => {
  const row = (address: string) =>
    `\n 0: ${address}:1F90 00:0000 0A 00000000:00000000 00:00000000 00000000 0 0 7 1 0 100 0 0 10 0`;
  const addressOf = (hex: string) => parseTable(row(hex), 'tcp')[0]?.address;
  assert.equal(addressOf('0200007F'), '127.0.0.2');
  assert.equal(addressOf('0500A8C0'), '192.168.0.5');
  assert.equal(addressOf('00000000'), '0.0.0.0');
  assert.equal(addressOf('00000000000000000000000000000000'), '::');
  assert.equal(addressOf('00000000000000000000000001000000'), '::1');
  assert.equal(addressOf('B80D0120000000000000000001000000'), '2001:db8::1');
  assert.equal(addressOf('000080FE00000000FF0050561234FEAB'), 'fe80::5650:ff:abfe:3412');
  assert.equal(addressOf('0000000000000000FFFF00000100007F'), '127.0.0.1');
});

it('A link-local address is asked with the interface that has it, and said without it', () => {
  const interfaces = { lo: [{ address: '::1' }], eth0: [{ address: 'fe80::1' }] };
  assert.equal(withZone('fe80::1', interfaces), 'fe80::1%eth0');
  assert.equal(withZone('fe80::2', interfaces), 'fe80::2');
  assert.equal(withZone('::1', interfaces), '::1');
  const where = { host: 'fe80::1%eth0', port: 8080, socketPath: null };
  assert.equal(authority(where), '[fe80::1]:8080');
});
