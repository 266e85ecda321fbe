import { parentPort } from 'node:worker_threads';
import { Seeder } from '../seeding/seeder.ts';
import { letOthersGoFirst } from '../thread/priority.ts';
import { serveThread } from '../thread/rpc.ts';
import { openContentSource } from './content-source.ts';
import type { SeedingEvents, SeedingOptions, SeedingService } from './seeding-service.ts';

/** The seeding thread: a seeder over the catalog, served to the engine. */
if (!parentPort) throw new Error('the seeding worker is started by the engine, as a thread');

// It takes a whole processor when it can; who asks the tracker, or a question, is not to wait for it.
letOthersGoFirst();

interface Running {
  seeder: Seeder;
  close(): void;
}

let running: Running | null = null;

const service: SeedingService = {
  async start(options) {
    running ??= open(options);
    const starting = running;
    try {
      return await starting.seeder.start();
    } catch (error) {
      if (running === starting) running = null;
      starting.close();
      throw error;
    }
  },
  seed: (list) => running?.seeder.seed(list),
  setLimits: (limits) => running?.seeder.setLimits(limits),
  setDhtPort: (port) => running?.seeder.setDhtPort(port),
  limit: (id, uploadRate) => running?.seeder.limit(id, uploadRate),
  limitConnections: (id, most) => running?.seeder.limitConnections(id, most),
  setSuperSeeding: (id, superSeeding) => running?.seeder.setSuperSeeding(id, superSeeding),
  unseed: async (ids) => running?.seeder.unseed(ids),
  addPeers: (infoHash, source, addresses) => running?.seeder.addPeers(infoHash, source, addresses),
  peers: (id) => running?.seeder.peers(id) ?? [],
  recheck: async (id) => running?.seeder.recheck(id),
  async stop() {
    const stopping = running;
    running = null;
    await stopping?.seeder.stop();
    stopping?.close();
  },
};

const emit = serveThread<SeedingEvents>(parentPort, service);

function open(options: SeedingOptions): Running {
  const { catalogFile, peerId, ...seederOptions } = options;
  const source = openContentSource(catalogFile);
  const seeder = new Seeder(
    {
      ...seederOptions,
      peerId: typeof peerId === 'string' ? Buffer.from(peerId, 'latin1') : peerId,
    },
    source,
    {
      traffic: (publications) => emit('traffic', { publications }),
      fault: (report) => emit('fault', report),
      restored: (id) => emit('restored', { id }),
      released: (id) => emit('released', { id }),
      addressSeen: (address, by) => emit('addressSeen', { address, by }),
      dhtNode: (node) => emit('dhtNode', node),
      reachedFromOutside: () => emit('reached', {}),
      error: (error) => emit('error', { text: textOf(error) }),
    },
  );
  return { seeder, close: () => source.close() };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
