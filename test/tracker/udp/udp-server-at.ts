import { createConnectionIds } from '../../../source/tracker/connection-id.ts';
import { RateBudgets } from '../../../source/tracker/rate-budgets.ts';
import type { Tracker } from '../../../source/tracker/tracker.ts';
import { createUdpServer } from '../../../source/tracker/udp-server.ts';

interface UdpServerAt {
  host: string;
  port: number;
  tracker: Tracker;
  now: () => number;
  onFault: (error: unknown) => void;
  batched?: boolean;
  addressCheckMs?: number;
}

/** The tracker over UDP, without a limit of requests. */
export function udpServerAt(options: UdpServerAt) {
  const connectionIds = createConnectionIds({ secret: Buffer.alloc(32, 7), now: options.now });
  const budgets = new RateBudgets({ perSecond: 0, burst: 0, now: options.now });
  return createUdpServer({ ...options, connectionIds, budgets });
}
