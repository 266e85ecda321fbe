import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { EverseedError, systemErrorCode } from '../errors.ts';

/** A port that is to be listened on, and the setting it comes from. */
export interface WantedPort {
  transport: 'tcp' | 'udp';
  hosts: readonly string[];
  port: number;
  setting: string;
}

/** Throws `port-in-use` when two of them are to be one port, which would look taken by somebody else. */
export function expectApart(wanted: readonly WantedPort[]): void {
  for (const [index, { transport, port, setting }] of wanted.entries()) {
    const same = wanted
      .slice(index + 1)
      .find((other) => port !== 0 && other.port === port && other.transport === transport);
    if (!same) continue;
    throw new EverseedError(
      'port-in-use',
      `${setting} and ${same.setting} are both ${port}: choose another port for one of them, as with: everseed config set ${same.setting} PORT`,
    );
  }
}

/**
 * The error for a start that failed with `error`: where a port was taken, one that names all of
 * `wanted` that are, so that nobody has to start again for each.
 */
export async function namingAllTaken(
  error: unknown,
  wanted: readonly WantedPort[],
): Promise<unknown> {
  if (!(error instanceof EverseedError) || error.code !== 'port-in-use') return error;
  const taken: WantedPort[] = [];
  for (const one of wanted) if (await isTaken(one)) taken.push(one);
  if (taken.length < 2) return error;
  const named = taken.map(({ port, setting }) => `${port} (${setting})`);
  const last = named.pop();
  return new EverseedError(
    error.code,
    `ports ${named.join(', ')} and ${last} are used by other programs: stop those, or choose other ports, as with: everseed config set ${taken[0]?.setting} PORT`,
    { cause: error },
  );
}

async function isTaken({ transport, hosts, port }: WantedPort): Promise<boolean> {
  if (port === 0) return false;
  for (const host of hosts) {
    try {
      await (transport === 'tcp' ? tryTcp(host, port) : tryUdp(host, port));
    } catch (error) {
      if (systemErrorCode(error) === 'EADDRINUSE') return true;
    }
  }
  return false;
}

async function tryTcp(host: string, port: number): Promise<void> {
  const server = createServer();
  server.listen({ host, port, ipv6Only: true });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

async function tryUdp(host: string, port: number): Promise<void> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', ipv6Only: true });
  socket.bind(port, host);
  await once(socket, 'listening');
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}
