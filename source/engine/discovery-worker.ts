import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { IpFamily } from '../discovery/announce/compact-addresses.ts';
import { TrackerClient } from '../discovery/announce/tracker-client.ts';
import type { TrackerUrl } from '../discovery/announce/tracker-url.ts';
import type { FoundPeers } from '../discovery/found-peers.ts';
import { LocalDiscovery } from '../discovery/lsd/local-discovery.ts';
import { PortMapper } from '../discovery/port-mapping/port-mapper.ts';
import { AnnounceSchedule } from '../discovery/trackers/announce-schedule.ts';
import { serveThread } from '../thread/rpc.ts';
import { version } from '../version.ts';
import type { DiscoveryEvents, DiscoveryOptions, DiscoveryService } from './discovery-service.ts';

/** The thread that makes publications findable elsewhere than at the engine's own tracker. */

/** How long trackers and router are waited for when they are told of the end. */
const goodbyeMs = 1_500;

interface Running {
  schedule: AnnounceSchedule;
  local: LocalDiscovery | null;
  /** The info hashes that the local network is told, by publication. */
  localHashes: Map<number, string[]>;
  mapper: PortMapper | null;
  stop(): Promise<void>;
}

if (!parentPort) throw new Error('the discovery worker is started by the engine, as a thread');

let running: Running | null = null;

const service: DiscoveryService = {
  async start(options) {
    if (running) return;
    running = open(options);
    await running.local?.start();
  },
  announce(list, urgent) {
    running?.schedule.add(list, { urgent });
    for (const { id, infoHashes, private: isPrivate } of list) {
      if (isPrivate) continue;
      running?.localHashes.set(id, infoHashes);
      running?.local?.add(infoHashes);
    }
  },
  withdraw(ids) {
    running?.schedule.remove(ids);
    for (const id of ids) {
      running?.local?.remove(running.localHashes.get(id) ?? []);
      running?.localHashes.delete(id);
    }
  },
  setBytesLeft(id, bytesLeft) {
    running?.schedule.setBytesLeft(id, bytesLeft);
  },
  addUploaded(list) {
    for (const { id, bytes } of list) running?.schedule.addUploaded(id, bytes);
  },
  portMapping: () => running?.mapper?.state ?? null,
  trackers: (ids) => ids.map((id) => running?.schedule.rows(id) ?? []),
  async stop() {
    const stopping = running;
    running = null;
    await stopping?.stop();
  },
};

const emit = serveThread<DiscoveryEvents>(parentPort, service);

function open({ bind, bind6, lsd, mappedPorts, peer, peerId, own }: DiscoveryOptions): Running {
  const now = () => performance.now();
  const onError = (error: unknown) => emit('error', { text: textOf(error) });
  const sources = sourcesOf(bind, bind6);
  const client = new TrackerClient({
    userAgent: `everseed/${version}`,
    bind: sources,
    now,
  });
  const schedule = new AnnounceSchedule({
    announce: (tracker, request) => client.announce(tracker, request),
    peerId,
    port: peer.port,
    key: randomInt(2 ** 32),
    isOwn: (tracker) => isOwn(tracker, own),
    onPeers: (found) => emit('peers', found),
    onExternalAddress: (address, { host }) =>
      emit('externalAddress', { address, source: 'tracker', reporter: host }),
    onError,
    now,
    date: Date.now,
    random: Math.random,
  });
  const onPeers = (found: FoundPeers) => emit('peers', found);
  const local = lsd ? new LocalDiscovery({ bind: sources, port: peer.port, onPeers, now }) : null;
  const mapper =
    mappedPorts.length === 0
      ? null
      : new PortMapper({
          ports: mappedPorts,
          localAddress: bind === '0.0.0.0' ? null : bind,
          onExternalAddress: (address) =>
            emit('externalAddress', { address, source: 'port-mapping', reporter: 'router' }),
          onError,
        });
  mapper?.start();
  return {
    schedule,
    local,
    localHashes: new Map(),
    mapper,
    async stop() {
      local?.stop();
      const goodbyes = Promise.all([schedule.stop(), mapper?.stop()]);
      await Promise.race([goodbyes, sleep(goodbyeMs, undefined, { ref: false })]);
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
