/** The machine that measured, as it is written into every file. */
import os from 'node:os';
import { textOf } from '../../system/kernel/text-file.ts';
import type { Environment } from '../observed/measurement.ts';
import { readMachine } from './machine.ts';

export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const image = [env.ImageOS, env.ImageVersion].filter(Boolean).join(' ');
  return {
    os: `${osName()} ${os.arch()}`,
    kernel: os.release(),
    cpuModel: os.cpus()[0]?.model.trim() || 'unknown',
    cpuCount: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    runnerImage: image === '' ? null : image,
    node: process.version,
    machine: readMachine(),
  };
}

function osName(): string {
  const release = textOf('/etc/os-release') ?? '';
  // Not Linux, or a minimal image.
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1] || os.type();
}
