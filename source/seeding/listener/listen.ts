import type { AddressInfo, Server } from 'node:net';
import { EverseedError, systemErrorCode } from '../../errors.ts';

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
    server.listen({ host, port });
    await promise;
  } catch (error) {
    throw listenError(error, host, port);
  } finally {
    server.off('listening', resolve);
    server.off('error', reject);
  }
  const { address, port: actualPort } = server.address() as AddressInfo;
  return { host: address, port: actualPort };
}

function listenError(cause: unknown, host: string, port: number): unknown {
  const where = `port ${port} (peer.port) on ${host}`;
  const choose = 'everseed config set peer.port PORT';
  switch (systemErrorCode(cause)) {
    case 'EADDRINUSE':
      return new EverseedError(
        'port-in-use',
        `${where} is used by another program: stop that program or choose another with: ${choose}`,
        { cause },
      );
    case 'EACCES':
      return new EverseedError(
        'port-denied',
        `${where} may not be opened by this user: choose one above 1023 with: ${choose}`,
        { cause },
      );
    case 'EADDRNOTAVAIL':
      return new EverseedError(
        'address-unavailable',
        `${host} (bind) is no address of this machine: choose one with: everseed config set bind ADDRESS`,
        { cause },
      );
    default:
      return cause;
  }
}
