import { readFile, rename, writeFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import type { PeerAddress } from '../found-peers.ts';

/** Enough to find the others by, even if most of them are gone. */
const maxNodes = 200;

/** Reads what `writeNodes` wrote. A file that is missing or spoilt is no node at all. */
export async function readNodes(file: string): Promise<PeerAddress[]> {
  try {
    const nodes: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(nodes) ? nodes.filter(isNode).slice(0, maxNodes) : [];
  } catch {
    // they are a short cut: without them the bootstrap nodes are asked
    return [];
  }
}

/** Keeps nodes for the next run; those of before stay if there are none, or it cannot be written. */
export async function writeNodes(file: string, nodes: readonly PeerAddress[]): Promise<void> {
  if (nodes.length === 0) return;
  const text = JSON.stringify(nodes.slice(0, maxNodes).map(({ host, port }) => ({ host, port })));
  try {
    await writeFile(`${file}.new`, text, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    // a full disk, say, which others complain of: it costs the next start some seconds
  }
}

function isNode(value: unknown): value is PeerAddress {
  if (typeof value !== 'object' || value === null) return false;
  if (!('host' in value) || !('port' in value)) return false;
  const { host, port } = value;
  if (typeof host !== 'string' || !isIPv4(host)) return false;
  return Number.isInteger(port) && Number(port) > 0 && Number(port) <= 65535;
}
