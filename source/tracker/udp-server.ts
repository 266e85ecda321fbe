import { listenError } from '../listen-error.ts';
import { loadLibc } from './linux/libc.ts';
import { hasSocketAddress } from './linux/socket-address.ts';
import { openBatchedDatagrams } from './udp/batched-datagrams.ts';
import type { Datagrams } from './udp/datagrams.ts';
import { openPlainDatagrams } from './udp/plain-datagrams.ts';
import { createUdpResponder, type ResponderOptions } from './udp/responder.ts';

interface UdpServerOptions extends ResponderOptions {
  /** An IPv4 address, or an IPv6 one, at which no IPv4 is taken. */
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** False to go without batches of datagrams, which only some systems have. */
  batched?: boolean;
  /** As in `DatagramOptions`. */
  addressCheckMs?: number;
  /** Told of faults of ours, and of the system's, while serving. */
  onFault: (error: unknown) => void;
}

interface UdpServer {
  /** Binds. Resolves with where; throws EverseedError when it cannot. */
  start(): Promise<{ host: string; port: number }>;
  stop(): Promise<void>;
}

interface Running {
  datagrams: Datagrams;
  endpoint: { host: string; port: number };
}

/** The tracker over UDP. */
export function createUdpServer(options: UdpServerOptions): UdpServer {
  const { host, port, onFault } = options;
  let running: Promise<Running> | null = null;
  const answer = createUdpResponder(options);

  const bind = async (): Promise<Running> => {
    const libc = options.batched !== false && hasSocketAddress(host) ? loadLibc() : null;
    const { addressCheckMs } = options;
    const where = { host, port, answer, addressCheckMs, onFault };
    try {
      const datagrams = libc
        ? await openBatchedDatagrams(libc, where)
        : await openPlainDatagrams(where);
      return { datagrams, endpoint: { host, port: datagrams.port } };
    } catch (error) {
      throw listenError(error, { host, port, portSetting: 'udp.port' });
    }
  };

  return {
    async start() {
      running ??= bind();
      try {
        return (await running).endpoint;
      } catch (error) {
        running = null;
        throw error;
      }
    },

    async stop() {
      const bound = running;
      running = null;
      if (!bound) return;
      await (await bound).datagrams.close();
    },
  };
}
