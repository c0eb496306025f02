import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { readMachine } from '../../../src/measure/environment/machine.ts';

function machine(files: Record<string, string>) {
  const root = mkdtempSync(path.join(tmpdir(), 'tg-machine-'));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    return readMachine(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const CPUS = {
  'sys/devices/system/cpu/cpu0/topology/core_cpus_list': '0-1\n',
  'sys/devices/system/cpu/cpu1/topology/core_cpus_list': '0-1\n',
  'sys/devices/system/cpu/cpu2/topology/core_cpus_list': '2-3\n',
  'sys/devices/system/cpu/cpu3/topology/core_cpus_list': '2-3\n',
};
const INFO =
  'processor : 0\nmicrocode\t: 0xd0003f5\nflags\t\t: fpu avx2 hypervisor\n\nprocessor : 1\n';

test('Features, microcode, the virtual machine and how cores lie are read', () => {
  const seen = machine({
    ...CPUS,
    'proc/cpuinfo': INFO,
    'sys/class/dmi/id/sys_vendor': 'Microsoft Corporation\n',
    'sys/class/dmi/id/product_name': 'Virtual Machine\n',
  });
  assert.equal(seen.microcode, '0xd0003f5');
  assert.equal(seen.hypervisor, 'Microsoft Corporation Virtual Machine');
  assert.equal(seen.topology, '1 sockets, 2 cores, 4 threads, 1 NUMA nodes');
  assert.match(seen.flags ?? '', /^[0-9a-f]{12}$/);
});

test('The order of the features does not matter, and one more does', () => {
  const flags = (text: string) => machine({ 'proc/cpuinfo': `flags : ${text}\n` }).flags;
  assert.equal(flags('fpu avx2'), flags('avx2 fpu'));
  assert.notEqual(flags('fpu avx2'), flags('fpu avx2 avx512f'));
});

test('A machine of its own has no hypervisor, and one that tells nothing has nothing', () => {
  const dmi = { 'sys/class/dmi/id/sys_vendor': 'Dell Inc.\n' };
  assert.equal(machine({ ...dmi, 'proc/cpuinfo': 'flags : fpu\n' }).hypervisor, null);
  assert.deepEqual(machine({}), { flags: null, microcode: null, hypervisor: null, topology: null });
});
