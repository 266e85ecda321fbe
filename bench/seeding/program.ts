import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface RunningSeeder {
  /** On 127.0.0.1. */
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** Puts words before a program's, which have it run in another way. */
export type Wrap = (words: readonly string[]) => string[];

export const asItIs: Wrap = (words) => [...words];

/** Debian's, which has libtorrent. */
export const python = '/usr/bin/python3';

/** A file by its place relative to this one. */
export const pathTo = (relative: string): string =>
  fileURLToPath(new URL(relative, import.meta.url));

/** A TCP port of 127.0.0.1 that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
