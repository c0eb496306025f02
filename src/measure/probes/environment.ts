/** The machine that measured, as it is written into every file. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { Environment } from '../measurement.ts';
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
  try {
    const release = readFileSync('/etc/os-release', 'utf8');
    const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1];
    if (name) return name;
  } catch {
    // Not Linux, or a minimal image.
  }
  return os.type();
}
