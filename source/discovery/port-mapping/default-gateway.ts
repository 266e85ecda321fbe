import { readFile } from 'node:fs/promises';

const defaultDestination = '00000000';
/** RTF_UP and RTF_GATEWAY. */
const upGateway = 0x3;

/** The router of this machine, an IPv4 address; null when there is none, or it cannot be told. */
export async function findDefaultGateway(): Promise<string | null> {
  try {
    return parseRoutes(await readFile('/proc/net/route', 'utf8'));
  } catch {
    // not Linux: NAT-PMP is not tried, and UPnP finds the router by itself
    return null;
  }
}

/** Reads the default gateway from the kernel's table of routes, the one of the least metric. */
export function parseRoutes(table: string): string | null {
  let best: { gateway: string; metric: number } | null = null;
  for (const line of table.split('\n').slice(1)) {
    const [, destination, gateway = '', flags = '', , , metricText] = line.split(/\s+/);
    const isGateway = (Number.parseInt(flags, 16) & upGateway) === upGateway;
    if (destination !== defaultDestination || !isGateway || !/^[0-9A-F]{8}$/i.test(gateway)) {
      continue;
    }
    const metric = Number(metricText) || 0;
    if (best === null || metric < best.metric) best = { gateway, metric };
  }
  // in the byte order of the machine, and all that Node runs on are little-endian
  return best && Buffer.from(best.gateway, 'hex').reverse().join('.');
}
