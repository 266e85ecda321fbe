import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { until } from '../helpers/everseed.ts';
import { createNetworkPair, type NetworkNamespace } from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

export const canRoute =
  spawnSync('miniupnpd', ['--version']).error === undefined &&
  spawnSync('nft', ['--version']).error === undefined;

/** One that miniupnpd takes for an address of the world. */
export const outsideAddress = '11.22.33.44';

/** The network behind a router (miniupnpd) that maps ports, and what it maps. */
export interface RoutedNetwork {
  inside: NetworkNamespace;
  /** What the router passes on, such as `tcp 6881`. */
  mapped(): string[];
}

/** @param speaks how the router can be asked */
export async function createRoutedNetwork(speaks: 'NAT-PMP' | 'UPnP'): Promise<RoutedNetwork> {
  const [inside, router] = createNetworkPair();
  const run = ({ prefix }: NetworkNamespace, ...args: string[]) =>
    execFileSync('nsenter', [...prefix.slice(1), ...args], { encoding: 'utf8' });
  run(inside, 'ip', 'route', 'add', 'default', 'via', router.address);
  run(router, 'ip', 'link', 'add', 'wan', 'type', 'veth', 'peer', 'name', 'world');
  run(router, 'ip', 'addr', 'add', `${outsideAddress}/24`, 'dev', 'wan');
  run(router, 'ip', 'link', 'set', 'wan', 'up');
  run(router, 'ip', 'link', 'set', 'world', 'up');
  run(router, 'nft', '-f', fileURLToPath(new URL('router.nft', import.meta.url)));

  const configuration = join(await temporaryFolder(), 'miniupnpd.conf');
  await writeFile(
    configuration,
    [
      'ext_ifname=wan',
      'listening_ip=cable',
      `enable_natpmp=${speaks === 'NAT-PMP' ? 'yes' : 'no'}`,
      `enable_upnp=${speaks === 'UPnP' ? 'yes' : 'no'}`,
      'secure_mode=yes',
      'upnp_table_name=filter',
      'upnp_nat_table_name=filter',
      'upnp_forward_chain=miniupnpd',
      'upnp_nat_chain=prerouting_miniupnpd',
      'upnp_nat_postrouting_chain=postrouting_miniupnpd',
      'uuid=fc4ec57e-b051-11db-88f8-0060085db3f6',
      '',
    ].join('\n'),
  );
  const words = [...router.prefix.slice(1), 'miniupnpd', '-d', '-f', configuration];
  const daemon = spawn('nsenter', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [daemon.stdout, daemon.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  onTestFinished(({ task }) => {
    daemon.kill('SIGKILL');
    if (task.result?.state === 'fail') process.stderr.write(output);
  });
  const listens = () => run(router, 'ss', '-Huan').includes(speaks === 'UPnP' ? ':1900' : ':5351');
  await until(() => {
    if (daemon.exitCode !== null) throw new Error(`miniupnpd ended: ${output}`);
    return listens();
  });
  return {
    inside,
    mapped() {
      const rules = run(router, 'nft', 'list', 'chain', 'inet', 'filter', 'prerouting_miniupnpd');
      // miniupnpd writes the protocol as the byte it is in the header
      const found = [...rules.matchAll(/@nh,72,8 (0x6|0x11) th dport (\d+)/g)];
      return found
        .map(([, protocol, port]) => `${protocol === '0x6' ? 'tcp' : 'udp'} ${port}`)
        .toSorted();
    },
  };
}
