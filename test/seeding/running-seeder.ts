import type { FaultReport } from '../../source/seeding/fault-keeper.ts';
import type { PeerAddress } from '../../source/seeding/listener/peer-address.ts';
import type { Traffic } from '../../source/seeding/live-publication.ts';
import { createPeerId } from '../../source/seeding/peer-id.ts';
import { Seeder } from '../../source/seeding/seeder.ts';
import type { SeederOptions } from '../../source/seeding/seeder-options.ts';
import { Leecher, type LeecherOptions } from './../helpers/leecher.ts';
import { sourceOf, type TestContent } from './test-content.ts';

const opened: RunningSeeder[] = [];

/** Stops every seeder, and closes every leecher, that tests have left. */
export async function stopAll(): Promise<void> {
  for (const running of opened.splice(0)) await running.stop();
}

/** The messages that tests wait for (BEP 3, 6 and 10). */
export const messageId = {
  choke: 0,
  unchoke: 1,
  have: 4,
  bitfield: 5,
  piece: 7,
  port: 9,
  haveAll: 14,
  reject: 16,
  extended: 20,
};

/** Settings that stand in no test's way. */
export const seederSettings = {
  maxConnections: 100,
  maxConnectionsPerAddress: 50,
  maxConnectionsPerPublication: 100,
  refuseUtp: false,
  encryption: 'allow' as const,
  limits: {
    uploadSlots: 10,
    choking: 'round-robin' as const,
    uploadRate: 0,
    uploadRatePerPeer: 0,
    uploadSchedule: [],
    limitLocalPeers: true,
  },
};

/** A seeder on a free loopback port, what it reported, and the clock it goes by. */
export class RunningSeeder {
  readonly seeder: Seeder;
  readonly peerId = createPeerId();
  readonly traffic: Traffic[] = [];
  readonly faults: FaultReport[] = [];
  /** The ids of the publications that were reported to be whole again. */
  readonly restored: number[] = [];
  /** The ids of those whose super-seeding ended by itself. */
  readonly released: number[] = [];
  readonly errors: unknown[] = [];
  /** The addresses that peers see the seeder at, and who says so. */
  readonly seenAt: { address: string; by: string }[] = [];
  readonly dhtNodes: PeerAddress[] = [];
  /** The ids of the contents that were loaded. */
  readonly loads: number[] = [];
  readonly contents = new Map<number, TestContent>();
  /** How many times an info dictionary was read. */
  infoReads = 0;
  /** The time of the day that schedules go by. */
  date: () => number = Date.now;
  /** Added to the real time. */
  aheadMs = 0;
  port = 0;
  readonly #leechers: Leecher[] = [];

  constructor(options: Partial<SeederOptions> = {}) {
    const source = sourceOf({ [Symbol.iterator]: () => this.contents.values() });
    this.seeder = new Seeder(
      {
        host: '127.0.0.1',
        host6: null,
        port: 0,
        peerId: this.peerId,
        ...seederSettings,
        ...options,
      },
      {
        ...source,
        load: (id) => {
          this.loads.push(id);
          return source.load(id);
        },
        info: (id) => {
          this.infoReads++;
          return source.info(id);
        },
      },
      {
        traffic: (publications) => this.traffic.push(...publications),
        fault: (report) => this.faults.push(report),
        restored: (id) => this.restored.push(id),
        released: (id) => this.released.push(id),
        addressSeen: (address, by) => this.seenAt.push({ address, by }),
        dhtNode: (node) => this.dhtNodes.push(node),
        reachedFromOutside: () => undefined,
        error: (error) => this.errors.push(error),
      },
      { now: () => performance.now() + this.aheadMs, date: () => this.date() },
    );
    opened.push(this);
  }

  async start(...contents: TestContent[]): Promise<this> {
    this.port = (await this.seeder.start()).port;
    for (const content of contents) {
      const { id } = content.content;
      this.contents.set(id, content);
      this.seeder.seed([{ id, infoHashes: [content.infoHash], uploadLimit: null }]);
    }
    return this;
  }

  leecher(options?: LeecherOptions): Leecher {
    const leecher = new Leecher(this.port, options);
    this.#leechers.push(leecher);
    return leecher;
  }

  async stop(): Promise<void> {
    for (const leecher of this.#leechers) leecher.close();
    await this.seeder.stop();
  }
}

/** A seeder of these contents, with the usual settings. */
export function seeding(...contents: TestContent[]): Promise<RunningSeeder> {
  return new RunningSeeder().start(...contents);
}

/** Has a leecher become interested, and waits until it is unchoked. */
export async function unchoked(leecher: Leecher): Promise<Leecher> {
  leecher.interested();
  await leecher.next(messageId.unchoke);
  return leecher;
}
