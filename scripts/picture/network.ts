import { execFileSync, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { holdNamespace } from '../../test/helpers/namespace.ts';
import type { NetworkNamespace } from '../../test/helpers/network-namespace.ts';

/** Where the everseed is, for all that are connected to it. */
const everseedAddress = { address: '203.0.113.10', address6: '2001:db8::10' };

/** Names of hosts in this network, and their addresses. */
const hosts = {
  'seed.example.org': [everseedAddress.address, everseedAddress.address6],
  'tracker.example.net': ['198.51.100.80'],
  // nobody listens there
  'tracker.example.com': ['198.51.100.90'],
} as const;

/** Whether this user may make networks here. */
export const canMakeNetworks = spawnSync('unshare', ['-n', '-m', 'true']).status === 0;

/**
 * A network of its own with the everseed in the middle, and others that reach it and not each other.
 * Addresses are of the blocks for documentation: outside they lead nowhere, and from in here nothing
 * leads outside.
 */
export class PictureNetwork {
  /** Where the everseed runs. */
  readonly middle: NetworkNamespace;
  readonly #stack: AsyncDisposableStack;
  /** What to put before a command to have it know the names. */
  readonly #names: readonly string[];
  #connected = 0;

  private constructor(stack: AsyncDisposableStack, names: readonly string[]) {
    this.#stack = stack;
    this.#names = names;
    const prefix = this.#hold();
    this.middle = { prefix: [...prefix, ...names], ...everseedAddress };
    const run = ipIn(prefix);
    run('link', 'set', 'lo', 'up');
    run('addr', 'add', `${everseedAddress.address}/32`, 'dev', 'lo');
    run('addr', 'add', `${everseedAddress.address6}/128`, 'dev', 'lo', 'nodad');
  }

  /** Lasts as long as `stack`; `folder` is for the file of names. */
  static async create(stack: AsyncDisposableStack, folder: string): Promise<PictureNetwork> {
    const file = join(folder, 'hosts');
    const lines = Object.entries(hosts).flatMap(([name, addresses]) =>
      addresses.map((address) => `${address} ${name}`),
    );
    await writeFile(file, ['127.0.0.1 localhost', ...lines, ''].join('\n'));
    const names = holdNamespace('-m', (work) => stack.defer(async () => void (await work())));
    const [command = '', ...rest] = [...names, 'mount', '--bind', file, '/etc/hosts'];
    execFileSync(command, rest);
    return new PictureNetwork(stack, names);
  }

  /** Another network, of this address, that reaches the everseed. */
  connect(address: string): NetworkNamespace {
    const prefix = this.#hold();
    const number = ++this.#connected;
    const address6 = `2001:db8:${number}::2`;
    const cable = `cable${number}`;
    const here = ipIn(this.middle.prefix);
    const there = ipIn(prefix);
    const end = ['type', 'veth', 'peer', 'name', 'cable', 'netns', prefix[2] ?? ''];
    here('link', 'add', cable, ...end);
    here('link', 'set', cable, 'up');
    // neighbours are told of an address only where it is
    here('addr', 'add', `${everseedAddress.address6}/128`, 'dev', cable, 'nodad');
    here('route', 'add', address, 'dev', cable, 'src', everseedAddress.address);
    here('-6', 'route', 'add', address6, 'dev', cable, 'src', everseedAddress.address6);
    there('link', 'set', 'lo', 'up');
    there('addr', 'add', `${address}/32`, 'dev', 'cable');
    there('addr', 'add', `${address6}/128`, 'dev', 'cable', 'nodad');
    there('link', 'set', 'cable', 'up');
    there('route', 'add', everseedAddress.address, 'dev', 'cable');
    there('-6', 'route', 'add', everseedAddress.address6, 'dev', 'cable');
    return { prefix: [...prefix, ...this.#names], address, address6 };
  }

  #hold(): string[] {
    return holdNamespace('-n', (work) => this.#stack.defer(async () => void (await work())));
  }
}

function ipIn(prefix: readonly string[]): (...args: string[]) => void {
  return (...args) => {
    const [command = '', ...rest] = [...prefix, 'ip', ...args];
    execFileSync(command, rest);
  };
}
