import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { systemErrorCode } from '../../errors.ts';
import type { Libc } from '../linux/libc.ts';
import { encodeSocketAddress, families, portIn } from '../linux/socket-address.ts';
import { receiveBufferBytes } from './datagrams.ts';

/** Linux's numbers. */
const datagramSocket = 2 | 0o4000 | 0o2000000; // that does not block, and that no child inherits
const levels = { socket: 1, ipv6: 41 } as const;
const reuseAddress = 2;
const receiveBuffer = 8;
const ipv6Only = 26;

/** Descriptors of sockets for datagrams, by the address each is bound to. */
type Descriptors = ReadonlyMap<string, number>;

/** Whether a host is all addresses of its family. */
export function isAllAddresses(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/**
 * Sockets that take what is sent to `host`. Where that is all addresses, those there are now have
 * one of their own, for answers to leave from there, besides one that takes the rest. Throws the
 * system's error when `host` cannot be bound to.
 */
export function bindAll(
  libc: Libc,
  host: string,
  port: number,
): { descriptors: Descriptors; port: number } {
  // The one that only binds where no other program has the port.
  const first = openDescriptor(libc, host, port, false);
  const descriptors = new Map([[host, first.descriptor]]);
  try {
    const addresses = isAllAddresses(host) ? addressesOf(isIPv6(host) ? 'IPv6' : 'IPv4') : [];
    for (const address of addresses) {
      const descriptor = bindBeside(libc, address, first.port, descriptors.values());
      if (descriptor !== null) descriptors.set(address, descriptor);
    }
    return { descriptors, port: first.port };
  } catch (error) {
    for (const descriptor of descriptors.values()) libc.close(descriptor);
    throw error;
  }
}

/**
 * A socket at one more address, at the port that those beside it have; null while the address cannot
 * be had, as one of IPv6 that is still tried out. Other programs may share its port until
 * `keepPort`.
 */
export function bindBeside(
  libc: Libc,
  address: string,
  port: number,
  beside: Iterable<number>,
): number | null {
  const others = [...beside];
  for (const other of others) libc.setOption(other, levels.socket, reuseAddress, 1);
  try {
    return openDescriptor(libc, address, port, true).descriptor;
  } catch (error) {
    if (systemErrorCode(error) === 'EADDRNOTAVAIL') return null;
    throw error;
  } finally {
    for (const other of others) keepPort(libc, other);
  }
}

/** Has no other program share the port of a socket. */
export function keepPort(libc: Libc, descriptor: number): void {
  libc.setOption(descriptor, levels.socket, reuseAddress, 0);
}

/** This machine's addresses of a family, but for those that mean something on one link only. */
export function addressesOf(family: 'IPv4' | 'IPv6'): string[] {
  const infos = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const addresses = infos.filter(
    (info) => info.family === family && !/^fe[89ab]/i.test(info.address),
  );
  return [...new Set(addresses.map(({ address }) => address))];
}

function openDescriptor(
  libc: Libc,
  address: string,
  port: number,
  isShared: boolean,
): { descriptor: number; port: number } {
  const isIpv6 = isIPv6(address);
  const descriptor = libc.socket(isIpv6 ? families.ipv6 : families.ipv4, datagramSocket, 0);
  try {
    libc.setOption(descriptor, levels.socket, receiveBuffer, receiveBufferBytes);
    if (isIpv6) libc.setOption(descriptor, levels.ipv6, ipv6Only, 1);
    if (isShared) libc.setOption(descriptor, levels.socket, reuseAddress, 1);
    const name = encodeSocketAddress(address, port);
    libc.bind(descriptor, name);
    libc.nameOf(descriptor, name);
    return { descriptor, port: portIn(name, 0) };
  } catch (error) {
    libc.close(descriptor);
    throw error;
  }
}
