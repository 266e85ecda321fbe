import type { NetworkInterfaceInfo } from 'node:os';

/**
 * The host to put into links when none is set: this machine's first public IPv4 address, else its
 * first private one, else loopback. A specific `bind` address is taken as it is.
 */
export function detectPublicHost(
  bind: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
): string {
  if (bind !== '0.0.0.0') return bind;
  const addresses = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .filter(
      (one) =>
        one.family === 'IPv4' && !one.address.startsWith('127.') && !isLinkLocal(one.address),
    )
    .map((one) => one.address);
  return addresses.find((address) => !isPrivate(address)) ?? addresses[0] ?? '127.0.0.1';
}

function isLinkLocal(address: string): boolean {
  return address.startsWith('169.254.');
}

/** Private use (RFC 1918) and shared address space of carriers (RFC 6598). */
function isPrivate(address: string): boolean {
  const [first = 0, second = 0] = address.split('.').map(Number);
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second < 128)
  );
}
