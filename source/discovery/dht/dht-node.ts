import { once } from 'node:events';
import { isIPv4 } from 'node:net';
import DHT from 'bittorrent-dht';
import { listenError } from '../../listen-error.ts';
import type { FoundPeers, PeerAddress } from '../found-peers.ts';
import { GuardedSocket } from './guarded-socket.ts';

/**
 * Queries under way at one time, over all announces: not what keeps back the lookups there may be
 * (`announce-rounds.ts`), each of which asks up to 20 nodes at a time.
 */
const concurrency = 640;

/** Who knows so many nodes finds all others through them. */
const enoughNodes = 100;

/** Peers that others announce to us, as long as BEP 5's clients take to announce again. */
const othersMaxAgeMs = 45 * 60_000;
const maxOthers = 5_000;
const maxTables = 100;

/** More peers than one lookup has any business to find. */
const maxFound = 500;

interface DhtNodeOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** `host:port` of nodes that know others. */
  bootstrap: string[];
  /** Nodes known from before. */
  nodes: PeerAddress[];
  onPeers(found: FoundPeers): void;
  now(): number;
}

/** What an announce came to. */
export interface DhtAnswer {
  /** Some node took it. */
  accepted: boolean;
  /** How many peers the nodes named. */
  peers: number;
}

/** A node of the DHT (BEP 5) over IPv4: announces what is published, and answers others. */
export class DhtNode {
  readonly #options: DhtNodeOptions;
  readonly #found = new Map<string, Map<string, PeerAddress>>();
  #dht: DHT | null = null;

  constructor(options: DhtNodeOptions) {
    this.#options = options;
  }

  /**
   * Listens, and says on which port.
   *
   * @throws EverseedError `port-in-use`, `port-denied` or `address-unavailable`
   */
  async start(): Promise<number> {
    const { host, port, bootstrap, nodes, now } = this.#options;
    const dht = new DHT({
      socket: new GuardedSocket(now),
      bootstrap,
      concurrency,
      maxAge: othersMaxAgeMs,
      maxPeers: maxOthers,
      maxTables,
    });
    dht.on('warning', () => {
      // a node that is not there, or not what it was: the network is full of them
    });
    dht.on('peer', (peer, infoHash) => this.#collect(peer, infoHash));
    try {
      dht.listen(port, host);
      await once(dht, 'listening');
    } catch (error) {
      await new Promise<void>((resolve) => dht.destroy(resolve));
      throw listenError(error, { host, port, portSetting: 'discovery.dhtPort' });
    }
    dht.on('error', () => {
      // of a datagram; what is awaited times out
    });
    for (const node of nodes) dht.addNode(node);
    this.#dht = dht;
    return dht.address().port;
  }

  async stop(): Promise<void> {
    const dht = this.#dht;
    this.#dht = null;
    if (dht) await new Promise<void>((resolve) => dht.destroy(resolve));
  }

  /** How many nodes it knows that answered lately. */
  get nodeCount(): number {
    return this.#dht?.nodes.count() ?? 0;
  }

  /** Nodes to begin with another time. */
  get nodes(): PeerAddress[] {
    return this.#dht?.toJSON().nodes.map(({ host, port }) => ({ host, port })) ?? [];
  }

  /** Asks whether there is a node, while few others are known; IPv6 is another DHT (BEP 32). */
  addNode({ host, port }: PeerAddress): void {
    if (isIPv4(host) && this.nodeCount < enoughNodes) this.#dht?.addNode({ host, port });
  }

  /**
   * Tells the nodes nearest to an info hash that it can be had here, on TCP port `port`. Peers it
   * meets on the way are passed on.
   */
  async announce(infoHash: string, port: number): Promise<DhtAnswer> {
    const dht = this.#dht;
    if (!dht) return { accepted: false, peers: 0 };
    this.#found.set(infoHash, new Map());
    const accepted = await new Promise<boolean>((resolve) => {
      dht.announce(Buffer.from(infoHash, 'hex'), port, (error) => resolve(!error));
    });
    const addresses = [...(this.#found.get(infoHash)?.values() ?? [])];
    this.#found.delete(infoHash);
    if (addresses.length > 0) this.#options.onPeers({ infoHash, addresses, source: 'dht' });
    return { accepted, peers: addresses.length };
  }

  #collect({ host, port }: PeerAddress, infoHash: Uint8Array): void {
    const found = this.#found.get(Buffer.from(infoHash).toString('hex'));
    if (found && found.size < maxFound) found.set(`${host}:${port}`, { host, port });
  }
}
