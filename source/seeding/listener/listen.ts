import type { AddressInfo, Server } from 'node:net';
import { listenError } from '../../listen-error.ts';

/**
 * Starts a server on an address; port 0 picks a free one. Resolves with where it listens.
 *
 * @throws EverseedError `port-in-use`, `port-denied` or `address-unavailable`
 */
export async function listen(
  server: Server,
  host: string,
  port: number,
): Promise<{ host: string; port: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('listening', resolve);
  server.once('error', reject);
  try {
    // IPv6 stays apart: IPv4 has a server of its own at the same port.
    server.listen({ host, port, ipv6Only: true });
    await promise;
  } catch (error) {
    throw listenError(error, { host, port, portSetting: 'peer.port' });
  } finally {
    server.off('listening', resolve);
    server.off('error', reject);
  }
  const { address, port: actualPort } = server.address() as AddressInfo;
  return { host: address, port: actualPort };
}
