import type { SeedContent } from '../../source/seeding/content.ts';
import type { Traffic } from '../../source/seeding/live-publication.ts';
import { createPeerId } from '../../source/seeding/peer-id.ts';
import { Seeder, type SeederOptions } from '../../source/seeding/seeder.ts';
import { Leecher, type LeecherOptions } from './../helpers/leecher.ts';
import type { TestContent } from './test-content.ts';

const opened: RunningSeeder[] = [];

/** Stops every seeder, and closes every leecher, that tests have left. */
export async function stopAll(): Promise<void> {
  for (const running of opened.splice(0)) await running.stop();
}

/** A seeder on a free loopback port, what it reported, and the clock it goes by. */
export class RunningSeeder {
  readonly seeder: Seeder;
  readonly peerId = createPeerId();
  readonly traffic: Traffic[] = [];
  readonly faults: { id: number; file: string; text: string }[] = [];
  readonly errors: unknown[] = [];
  /** The ids of the contents that were loaded. */
  readonly loads: number[] = [];
  readonly contents = new Map<number, SeedContent>();
  /** Added to the real time. */
  aheadMs = 0;
  port = 0;
  readonly #leechers: Leecher[] = [];

  constructor(options: Partial<SeederOptions> = {}) {
    this.seeder = new Seeder(
      {
        host: '127.0.0.1',
        port: 0,
        peerId: this.peerId,
        uploadSlots: 10,
        maxConnections: 100,
        maxConnectionsPerAddress: 50,
        ...options,
      },
      {
        load: (id) => {
          this.loads.push(id);
          return structuredClone(this.contents.get(id) ?? null);
        },
      },
      {
        traffic: (publications) => this.traffic.push(...publications),
        fault: (id, file, text) => this.faults.push({ id, file, text }),
        error: (error) => this.errors.push(error),
      },
      { now: () => performance.now() + this.aheadMs, date: () => Date.now() },
    );
    opened.push(this);
  }

  async start(...contents: TestContent[]): Promise<this> {
    this.port = (await this.seeder.start()).port;
    for (const { content, infoHash } of contents) {
      this.contents.set(content.id, content);
      this.seeder.seed([{ id: content.id, infoHash }]);
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
