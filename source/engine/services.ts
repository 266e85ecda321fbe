import { lookup } from 'node:dns/promises';
import type { Endpoint, PeerSummary } from '../control/protocol.ts';
import { messageOf } from '../errors.ts';
import type { Home } from '../home.ts';
import type { Log } from '../log/log.ts';
import type { LinkOptions } from '../publishing/links.ts';
import { createPeerId } from '../seeding/peer-id.ts';
import type { Settings } from '../settings/schema.ts';
import type { ThreadConnection } from '../thread/rpc.ts';
import type { Everseed } from '../tracker/everseed-address.ts';
import type { LivePublication, Publications } from './publications.ts';
import type { SeedingEvents, SeedingService } from './seeding-service.ts';
import { ServiceThread } from './service-thread.ts';
import type { TrackerEvents, TrackerService } from './tracker-service.ts';

/** How long a stopping service may take before its thread is ended. */
const stopTimeoutMs = 2_000;

/** How often a public host that is a name is looked up again: the address behind it may change. */
const resolveIntervalMs = 10 * 60 * 1000;

export interface ServicesOptions {
  home: Home;
  settings: Settings;
  publicHost: string;
  publications: Publications;
  log: Log;
  /** Told when the seeder could not serve from a file. */
  onFault(live: LivePublication, text: string): void;
  now(): number;
}

/**
 * Tracker (with the site) and seeder, each in its thread: tells them what to serve, and takes
 * what they measure into the publications.
 */
export class Services {
  readonly #options: ServicesOptions;
  readonly #tracker: ServiceThread<TrackerService, TrackerEvents>;
  readonly #seeding: ServiceThread<SeedingService, SeedingEvents>;
  readonly #peerId = createPeerId();
  http: Endpoint;
  udp: Endpoint;
  peer: Endpoint;

  constructor(options: ServicesOptions) {
    const { settings, log } = options;
    this.#options = options;
    this.http = { host: settings.bind, port: settings.http.port };
    this.udp = { host: settings.bind, port: settings.udp.port };
    this.peer = { host: settings.bind, port: settings.peer.port };
    this.#seeding = new ServiceThread('seeding-worker', log, (thread) =>
      this.#setUpSeeding(thread),
    );
    this.#tracker = new ServiceThread('tracker-worker', log, (thread) =>
      this.#setUpTracker(thread),
    );
  }

  /** Starts both, serving all publications there are; throws `port-in-use` and the like. */
  async start(): Promise<void> {
    // the tracker hands out the seeder's port, so the seeder comes first
    await this.#seeding.start();
    await this.#tracker.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#tracker.stop(stopTimeoutMs), this.#seeding.stop(stopTimeoutMs)]);
  }

  get links(): LinkOptions {
    return {
      publicHost: this.#options.publicHost,
      httpPort: this.http.port,
      udpPort: this.udp.port,
    };
  }

  /** Has a publication tracked and, unless it is paused, seeded; resolves when it is. */
  async serve(live: LivePublication): Promise<void> {
    if (live.row.state === 'seeding') await this.#seeding.call.seed([seedOf(live)]);
    await this.#tracker.call.track([trackOf(live)]);
  }

  /** The opposite of `serve`: its peers are dropped, the tracker refuses it. */
  async withdraw(live: LivePublication): Promise<void> {
    await this.#tracker.call.untrack([live.infoHashHex]);
    await this.#seeding.call.unseed([live.row.id]);
  }

  /** Begins or ends seeding as the publication's state says; it stays tracked either way. */
  async applyState(live: LivePublication): Promise<void> {
    const seeding = live.row.state === 'seeding';
    if (seeding) await this.#seeding.call.seed([seedOf(live)]);
    await this.#tracker.call.setSeeding(live.infoHashHex, seeding);
    if (!seeding) await this.#seeding.call.unseed([live.row.id]);
  }

  /** Tells the seeder that the data of a publication is worth another try. */
  async recheck(live: LivePublication): Promise<void> {
    await this.#seeding.call.recheck(live.row.id);
  }

  async peers(live: LivePublication): Promise<PeerSummary[]> {
    return await this.#seeding.call.peers(live.row.id);
  }

  /** Whether a leecher who announced now would be given the everseed. */
  async trackerLists(infoHash: string): Promise<boolean> {
    return await this.#tracker.call.lists(infoHash);
  }

  async #setUpSeeding(thread: ThreadConnection<SeedingService, SeedingEvents>) {
    const { settings, home, publications, onFault, now, log } = this.#options;
    thread.on('traffic', ({ publications: measured }) => {
      for (const { id, uploadedDelta, uploadRate, peers } of measured) {
        const live = publications.byId(id);
        if (!live) continue;
        if (uploadedDelta > 0) publications.addUpload(live, uploadedDelta, now());
        publications.update(live, { uploadRate, peers });
      }
    });
    thread.on('fault', ({ id, text }) => {
      const live = publications.byId(id);
      if (live) onFault(live, text);
    });
    thread.on('error', ({ text }) => log.error('seeding failed', { error: text }));
    this.peer = await thread.call.start({
      ...this.peer,
      ...settings.seeding,
      peerId: this.#peerId,
      catalogFile: home.catalogFile,
    });
    const seeding = [...publications.all()].filter((live) => live.row.state === 'seeding');
    await thread.call.seed(seeding.map(seedOf));
    return () => thread.call.stop();
  }

  async #setUpTracker(thread: ThreadConnection<TrackerService, TrackerEvents>) {
    const { settings, home, publications, publicHost, log } = this.#options;
    thread.on('counts', (counts) => {
      for (const { infoHash, seeds, leechers, completed } of counts) {
        const live = publications.byInfoHash(infoHash);
        if (!live) continue;
        if (completed !== live.completed) publications.setCompleted(live, completed);
        publications.update(live, { seeds, leechers });
      }
    });
    thread.on('fault', ({ message, times }) => {
      log.warning('tracker or site failed', { error: message, times });
    });
    const { http, udp } = await thread.call.start({
      http: this.http,
      udp: this.udp,
      everseed: await this.#everseed(),
      interval: settings.tracker.interval,
      publicHost,
      catalogFile: home.catalogFile,
      publications: [...publications.all()].map(trackOf),
    });
    this.http = http;
    this.udp = udp;
    const addressTimer = setInterval(async () => {
      await thread.call.setEverseed(await this.#everseed());
    }, resolveIntervalMs);
    return async () => {
      clearInterval(addressTimer);
      await thread.call.stop();
    };
  }

  /** What the tracker hands out for the everseed. */
  async #everseed(): Promise<Everseed> {
    const { settings, publicHost, log } = this.#options;
    let publicAddress: string | null = null;
    try {
      publicAddress = (await lookup(publicHost, { family: 4 })).address;
    } catch (error) {
      log.warning('publicHost does not resolve', { publicHost, error: messageOf(error) });
    }
    return {
      port: this.peer.port,
      host: settings.bind === '0.0.0.0' ? null : settings.bind,
      publicAddress,
      peerId: Buffer.from(this.#peerId).toString('hex'),
    };
  }
}

function seedOf(live: LivePublication): { id: number; infoHash: string } {
  return { id: live.row.id, infoHash: live.infoHashHex };
}

function trackOf(live: LivePublication): { infoHash: string; completed: number; seeding: boolean } {
  return {
    infoHash: live.infoHashHex,
    completed: live.completed,
    seeding: live.row.state === 'seeding',
  };
}
