import { execFileSync, spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import type { Lifetime } from './lifetime.ts';
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

export function createNetworkNamespace(lifetime: Lifetime = onTestFinished): NetworkNamespace {
  const prefix = holdNamespace('-n', lifetime);
  const run = (...args: string[]) => execFileSync('nsenter', [...prefix.slice(1), ...args]);
  run('ip', 'link', 'set', 'lo', 'up');
  run('ip', 'addr', 'add', `${address}/32`, 'dev', 'lo');
  run('ip', 'addr', 'add', `${address6}/128`, 'dev', 'lo', 'nodad');
  return { prefix, address, address6 };
}

/** Gives a network more addresses of its own, of either family. */
export function addAddresses(prefix: readonly string[], ...addresses: readonly string[]): void {
  for (const added of addresses) {
    const words = added.includes(':') ? [`${added}/128`, 'nodad'] : [`${added}/32`];
    execFileSync('nsenter', [...prefix.slice(1), 'ip', 'addr', 'add', ...words, 'dev', 'lo']);
  }
}

/**
 * Two networks of a test's own, joined by a cable: what is in one reaches the other by IPv4 and
 * IPv6, multicast included.
 */
export function createNetworkPair(): [NetworkNamespace, NetworkNamespace] {
  const prefixes = [holdNamespace('-n'), holdNamespace('-n')] as const;
  const processOf = (prefix: readonly string[]) => prefix[2] ?? '';
  const [here, there] = prefixes;
  execFileSync('nsenter', [
    ...here.slice(1),
    ...['ip', 'link', 'add', 'cable', 'type', 'veth'],
    ...['peer', 'name', 'cable', 'netns', processOf(there)],
  ]);
  const ends = prefixes.map((prefix, index): NetworkNamespace => {
    const run = (...args: string[]) => execFileSync('nsenter', [...prefix.slice(1), ...args]);
    const ownAddress = `10.8.0.${index + 1}`;
    const ownAddress6 = `fd08::${index + 1}`;
    run('ip', 'link', 'set', 'lo', 'up');
    run('ip', 'addr', 'add', `${ownAddress}/24`, 'dev', 'cable');
    run('ip', '-6', 'addr', 'add', `${ownAddress6}/64`, 'dev', 'cable', 'nodad');
    run('ip', 'link', 'set', 'cable', 'up');
    return { prefix, address: ownAddress, address6: ownAddress6 };
  });
  return ends as [NetworkNamespace, NetworkNamespace];
}

/** Networks that reach one in their middle, and not each other. */
export interface NetworkStar {
  middle: NetworkNamespace;
  /** Another network that reaches the middle, by the middle's addresses. */
  connect(lifetime: Lifetime): NetworkNamespace;
}

/** A star that lasts as long as `lifetime`; what it connects may be over before. */
export function createNetworkStar(lifetime: Lifetime): NetworkStar {
  const middle = createNetworkNamespace(lifetime);
  let connected = 0;
  return {
    middle,
    connect(ofRay) {
      const prefix = holdNamespace('-n', ofRay);
      const number = ++connected;
      const there = (...args: string[]) =>
        execFileSync('nsenter', [...prefix.slice(1), 'ip', ...args]);
      const here = (...args: string[]) =>
        execFileSync('nsenter', [...middle.prefix.slice(1), 'ip', ...args]);
      const cable = `cable${number}`;
      const end = ['type', 'veth', 'peer', 'name', 'cable', 'netns', prefix[2] ?? ''];
      here('link', 'add', cable, ...end);
      here('addr', 'add', `10.8.${number}.1/24`, 'dev', cable);
      here('addr', 'add', `fd08:${number}::1/64`, 'dev', cable, 'nodad');
      here('link', 'set', cable, 'up');
      const own = { address: `10.8.${number}.2`, address6: `fd08:${number}::2` };
      there('link', 'set', 'lo', 'up');
      there('addr', 'add', `${own.address}/24`, 'dev', 'cable');
      there('addr', 'add', `${own.address6}/64`, 'dev', 'cable', 'nodad');
      there('link', 'set', 'cable', 'up');
      // to the middle alone: of the others it has no route
      there('route', 'add', middle.address, 'via', `10.8.${number}.1`);
      there('-6', 'route', 'add', middle.address6, 'via', `fd08:${number}::1`);
      return { prefix, ...own };
    },
  };
}

/** One network that others join, all of which reach each other, each by an address of its own. */
export interface SharedNetwork {
  middle: NetworkNamespace;
  /** Another one of it. */
  join(lifetime: Lifetime): NetworkNamespace;
}

export function createSharedNetwork(lifetime: Lifetime): SharedNetwork {
  const middlePrefix = holdNamespace('-n', lifetime);
  const inMiddle = (...args: string[]) =>
    execFileSync('nsenter', [...middlePrefix.slice(1), 'ip', ...args]);
  const addressesOf = (number: number) => ({
    address: `10.8.0.${number}`,
    address6: `fd08::${number}`,
  });
  const middle = { prefix: middlePrefix, ...addressesOf(1) };
  inMiddle('link', 'set', 'lo', 'up');
  inMiddle('link', 'add', 'bridge', 'type', 'bridge');
  inMiddle('addr', 'add', `${middle.address}/24`, 'dev', 'bridge');
  inMiddle('addr', 'add', `${middle.address6}/64`, 'dev', 'bridge', 'nodad');
  inMiddle('link', 'set', 'bridge', 'up');
  let number = 1;
  return {
    middle,
    join(ofMember) {
      const member = { prefix: holdNamespace('-n', ofMember), ...addressesOf(++number) };
      const inMember = (...args: string[]) =>
        execFileSync('nsenter', [...member.prefix.slice(1), 'ip', ...args]);
      const end = ['type', 'veth', 'peer', 'name', 'cable', 'netns', member.prefix[2] ?? ''];
      inMiddle('link', 'add', `cable${number}`, ...end);
      inMiddle('link', 'set', `cable${number}`, 'master', 'bridge', 'up');
      inMember('link', 'set', 'lo', 'up');
      inMember('addr', 'add', `${member.address}/24`, 'dev', 'cable');
      inMember('addr', 'add', `${member.address6}/64`, 'dev', 'cable', 'nodad');
      inMember('link', 'set', 'cable', 'up');
      return member;
    },
  };
}

/** How many bytes a network's cable has brought it, headers included, from all others. */
export function bytesCarriedTo({ prefix }: NetworkNamespace): number {
  const words = ['ip', '-s', '-j', 'link', 'show', 'cable'];
  const output = execFileSync('nsenter', [...prefix.slice(1), ...words], { encoding: 'utf8' });
  return JSON.parse(output)[0].stats64.rx.bytes;
}

/** Whether `refuseConnections` can. */
export const canRefuse = spawnSync('nft', ['--version']).error === undefined;

/** Has a network refuse the TCP connections of its own to others at a port, from then on. */
export function refuseConnections({ prefix }: NetworkNamespace, toPort: number): void {
  const rules = `table inet refusal {
    chain outward {
      type filter hook output priority 0
      tcp dport ${toPort} tcp flags & (syn | ack) == syn reject with tcp reset
    }
  }`;
  execFileSync('nsenter', [...prefix.slice(1), 'nft', '-f', '-'], { input: rules });
}

/** Has a network be connected to by nobody, from then on: what is in it can only connect to others. */
export function refuseToBeConnectedTo({ prefix }: NetworkNamespace): void {
  const rules = `table inet seclusion {
    chain inward {
      type filter hook input priority 0
      iifname != "lo" tcp flags & (syn | ack) == syn drop
    }
  }`;
  execFileSync('nsenter', [...prefix.slice(1), 'nft', '-f', '-'], { input: rules });
}

/** Adds an interface that is not loopback, with an address of its own: WebRTC uses no other. */
export function addInterface({ prefix }: NetworkNamespace): void {
  const run = (...args: string[]) => execFileSync('nsenter', [...prefix.slice(1), 'ip', ...args]);
  run('link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far');
  run('addr', 'add', '10.9.1.1/24', 'dev', 'near');
  run('link', 'set', 'near', 'up');
  run('link', 'set', 'far', 'up');
}
