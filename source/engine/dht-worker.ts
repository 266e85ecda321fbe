import { performance } from 'node:perf_hooks';
import { parentPort } from 'node:worker_threads';
import { AnnounceRounds } from '../discovery/dht/announce-rounds.ts';
import { DhtNode } from '../discovery/dht/dht-node.ts';
import { readNodes, writeNodes } from '../discovery/dht/nodes-file.ts';
import { serveThread } from '../thread/rpc.ts';
import type { DhtEvents, DhtOptions, DhtService } from './dht-service.ts';

/** The thread of the DHT. */

/** How often the nodes it knows are kept for the next run. */
const saveIntervalMs = 10 * 60_000;

interface Running {
  node: DhtNode;
  rounds: AnnounceRounds;
  port: number;
  stop(): Promise<void>;
}

if (!parentPort) throw new Error('the DHT worker is started by the engine, as a thread');

let running: Running | null = null;

const service: DhtService = {
  async start(options) {
    running ??= await open(options);
    return running.port;
  },
  announce: (infoHashes) => running?.rounds.add(infoHashes),
  addNode: (address) => running?.node.addNode(address),
  withdraw: (infoHashes) => running?.rounds.remove(infoHashes),
  status: () => ({
    nodes: running?.node.nodeCount ?? 0,
    ...(running?.rounds.progress ?? { announced: 0, of: 0, roundMs: 0 }),
  }),
  async stop() {
    const stopping = running;
    running = null;
    await stopping?.stop();
  },
};

const emit = serveThread<DhtEvents>(parentPort, service);

async function open(options: DhtOptions): Promise<Running> {
  const { host, port, bootstrap, nodesFile, peerPort } = options;
  const now = () => performance.now();
  const node = new DhtNode({
    host,
    port,
    bootstrap,
    nodes: await readNodes(nodesFile),
    onPeers: (found) => emit('peers', found),
    now,
  });
  const rounds = new AnnounceRounds({
    announce: (infoHash) => node.announce(infoHash, peerPort),
    onBehind: (progress) => emit('behind', progress),
    now,
    random: Math.random,
  });
  const listensOn = await node.start();
  const save = () => writeNodes(nodesFile, node.nodes);
  const timer = setInterval(save, saveIntervalMs);
  return {
    node,
    rounds,
    port: listensOn,
    async stop() {
      clearInterval(timer);
      rounds.stop();
      await save();
      await node.stop();
    },
  };
}
