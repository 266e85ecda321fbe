import { EverseedError, systemErrorCode } from './errors.ts';

/** What was to be listened on, and the setting it comes from, such as `http.port`. */
interface ListenTarget {
  host: string;
  port: number;
  portSetting: string;
}

/** The sentence for a failed `listen` or `bind`. */
export function listenError(cause: unknown, { host, port, portSetting }: ListenTarget): Error {
  const where = `port ${port} (${portSetting}) on ${host}`;
  const otherPort = `choose another with: everseed config set ${portSetting} PORT`;
  switch (systemErrorCode(cause)) {
    case 'EADDRINUSE':
      return new EverseedError(
        'port-in-use',
        `${where} is used by another program: stop that program or ${otherPort}`,
        { cause },
      );
    case 'EACCES':
      return new EverseedError(
        'port-denied',
        `${where} may not be used by this user: ports below 1024 need a privilege; ${otherPort}`,
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    // an IPv4 address in IPv6's clothes, or one that needs to be told the interface
    case 'EINVAL': {
      const [setting, all] = host.includes(':') ? ['bind6', '::'] : ['bind', '0.0.0.0'];
      return new EverseedError(
        'address-unavailable',
        `${host} (${setting}) is not an address of this machine: choose one that is, or all, with: everseed config set ${setting} ${all}`,
        { cause },
      );
    }
    default:
      return cause instanceof Error ? cause : new Error(String(cause), { cause });
  }
}
