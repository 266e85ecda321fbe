import { execFileSync, spawnSync } from 'node:child_process';
import { holdNamespace } from './namespace.ts';

/**
 * A network of a test's own, with nothing in it but loopback and an address of each family that
 * does not look like it: Transmission takes no peer from 127.0.0.0/8 that a tracker names.
 */
export interface NetworkNamespace {
  /** What to put before a command to run it in there. */
  prefix: string[];
  address: string;
  /** Of IPv6. */
  address6: string;
}

const address = '10.9.0.1';
const address6 = 'fd09::1';

/** Whether this user may make network namespaces here. */
export const canMakeNamespaces = spawnSync('unshare', ['-n', 'true']).status === 0;

export function createNetworkNamespace(): NetworkNamespace {
  const prefix = holdNamespace('-n');
  const run = (...args: string[]) => execFileSync('nsenter', [...prefix.slice(1), ...args]);
  run('ip', 'link', 'set', 'lo', 'up');
  run('ip', 'addr', 'add', `${address}/32`, 'dev', 'lo');
  run('ip', 'addr', 'add', `${address6}/128`, 'dev', 'lo', 'nodad');
  return { prefix, address, address6 };
}

/** Adds an interface that is not loopback, with an address of its own: WebRTC uses no other. */
export function addInterface({ prefix }: NetworkNamespace): void {
  const run = (...args: string[]) => execFileSync('nsenter', [...prefix.slice(1), 'ip', ...args]);
  run('link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far');
  run('addr', 'add', '10.9.1.1/24', 'dev', 'near');
  run('link', 'set', 'near', 'up');
  run('link', 'set', 'far', 'up');
}
