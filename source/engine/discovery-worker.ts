import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { IpFamily } from '../discovery/announce/compact-addresses.ts';
import { TrackerClient } from '../discovery/announce/tracker-client.ts';
import type { TrackerUrl } from '../discovery/announce/tracker-url.ts';
import { AnnounceSchedule } from '../discovery/trackers/announce-schedule.ts';
import { serveThread } from '../thread/rpc.ts';
import { version } from '../version.ts';
import type { DiscoveryEvents, DiscoveryOptions, DiscoveryService } from './discovery-service.ts';

/** The thread that makes publications findable elsewhere than at the engine's own tracker. */

/** How long trackers are waited for when they are told of the end. */
const goodbyeMs = 1_500;

interface Running {
  schedule: AnnounceSchedule;
  stop(): Promise<void>;
}

if (!parentPort) throw new Error('the discovery worker is started by the engine, as a thread');

let running: Running | null = null;

const service: DiscoveryService = {
  start(options) {
    running ??= open(options);
  },
  announce: (list, urgent) => running?.schedule.add(list, { urgent }),
  withdraw: (ids) => running?.schedule.remove(ids),
  addUploaded(list) {
    for (const { id, bytes } of list) running?.schedule.addUploaded(id, bytes);
  },
  trackers: (id) => running?.schedule.rows(id) ?? [],
  async stop() {
    const stopping = running;
    running = null;
    await stopping?.stop();
  },
};

const emit = serveThread<DiscoveryEvents>(parentPort, service);

function open({ bind, bind6, peer, peerId, own }: DiscoveryOptions): Running {
  const now = () => performance.now();
  const client = new TrackerClient({
    userAgent: `everseed/${version}`,
    bind: sourcesOf(bind, bind6),
    now,
  });
  const schedule = new AnnounceSchedule({
    announce: (tracker, request) => client.announce(tracker, request),
    peerId,
    port: peer.port,
    key: randomInt(2 ** 32),
    isOwn: (tracker) => isOwn(tracker, own),
    onPeers: (found) => emit('peers', found),
    onExternalAddress: (address, { host }) => emit('externalAddress', { address, reporter: host }),
    onError: (error) => emit('error', { text: textOf(error) }),
    now,
    date: Date.now,
    random: Math.random,
  });
  return {
    schedule,
    async stop() {
      await Promise.race([schedule.stop(), sleep(goodbyeMs, undefined, { ref: false })]);
      await client.close();
    },
  };
}

/** The addresses to send from: those of each family that everseed is bound to. */
function sourcesOf(bind: string, bind6: string): Partial<Record<IpFamily, string>> {
  // all addresses of IPv6 go with all of IPv4: somebody who chose one means that one
  const isUsed6 = bind6 !== '' && (bind6 !== '::' || bind === '0.0.0.0');
  return { 4: bind, ...(isUsed6 && { 6: bind6 }) };
}

function isOwn({ protocol, host, port }: TrackerUrl, own: DiscoveryOptions['own']): boolean {
  return port === (protocol === 'udp' ? own.udpPort : own.httpPort) && own.hosts.includes(host);
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
