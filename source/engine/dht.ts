import { join } from 'node:path';
import type { DhtStatus as DhtSummary } from '../control/discovery.ts';
import type { Endpoint } from '../control/engine.ts';
import type { FoundPeers } from '../discovery/found-peers.ts';
import { messageOf } from '../errors.ts';
import { commandsForHome, type Home } from '../home.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/schema.ts';
import { entryUrl } from '../thread/entries.ts';
import type { ThreadConnection } from '../thread/rpc.ts';
import type { DhtEvents, DhtService } from './dht-service.ts';
import type { LivePublication, Publications } from './publications.ts';
import { ServiceThread } from './service-thread.ts';

interface DhtWiring {
  publications: Publications;
  log: Log;
  settings: Settings;
  home: Home;
  endpoints(): { peer: Endpoint };
  onPeers(found: FoundPeers): void;
  onProblem(text: string): void;
}

/** The thread of the DHT as the engine has it. Without its port, everseed goes on without a DHT. */
export class Dht {
  readonly #wiring: DhtWiring;
  readonly #thread: ServiceThread<DhtService, DhtEvents>;
  /** Null while it does not listen. */
  port: number | null = null;
  /** Why it does not, in words, when it should. */
  problem: string | null = null;

  constructor(wiring: DhtWiring) {
    this.#wiring = wiring;
    this.#thread = new ServiceThread('dht', entryUrl('dht-worker'), wiring.log, (thread) =>
      this.#setUp(thread),
    );
  }

  prepare(): void {
    this.#thread.prepare();
  }

  async start(): Promise<void> {
    try {
      await this.#thread.start();
    } catch (error) {
      await this.#thread.stop(0);
      this.problem = commandsForHome(messageOf(error), this.#wiring.home);
      this.#wiring.onProblem(`the DHT is off: ${this.problem}`);
    }
  }

  async stop(timeoutMs: number): Promise<void> {
    await this.#thread.stop(timeoutMs);
  }

  /** Unless it is private (BEP 27). */
  announce(live: LivePublication): void {
    if (!live.row.private) this.#tell((call) => call.announce([...live.swarmHashes]));
  }

  withdraw(live: LivePublication): void {
    this.#tell((call) => call.withdraw([...live.swarmHashes]));
  }

  /** A node that a peer says there is. */
  addNode(node: Endpoint): void {
    this.#tell((call) => call.addNode(node));
  }

  /** Null while there is no DHT. */
  async status(): Promise<DhtSummary | null> {
    if (this.port === null) return null;
    return { port: this.port, ...(await this.#thread.call.status()) };
  }

  /** What cannot be told to a thread that is gone, it is told when it is started again. */
  #tell(work: (call: ThreadConnection<DhtService, object>['call']) => Promise<void>): void {
    if (this.port === null) return;
    work(this.#thread.call).catch((error: unknown) =>
      this.#wiring.log.warning('DHT not told', { error: messageOf(error) }),
    );
  }

  async #setUp(thread: ThreadConnection<DhtService, DhtEvents>) {
    const { publications, settings, home, endpoints, onPeers, onProblem } = this.#wiring;
    thread.on('peers', onPeers);
    thread.on('behind', ({ of, roundMs }) => {
      const minutes = Math.round(roundMs / 60_000);
      onProblem(
        `the DHT falls behind: announcing ${of} info hashes takes ${minutes} minutes, and nodes forget them after 30; those with few peers go first`,
      );
    });
    const { dhtPort, dhtBootstrap } = settings.discovery;
    this.port = await thread.call.start({
      host: settings.bind,
      port: this.port ?? dhtPort,
      bootstrap: dhtBootstrap,
      nodesFile: join(home.stateDirectory, 'dht-nodes.json'),
      peerPort: endpoints().peer.port,
    });
    const announced = [...publications.all()].filter(
      ({ row }) => row.state === 'seeding' && !row.private,
    );
    await thread.call.announce(announced.flatMap((live) => [...live.swarmHashes]));
    return () => thread.call.stop();
  }
}
