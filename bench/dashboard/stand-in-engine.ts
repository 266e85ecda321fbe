import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineStatus } from '../../source/control/engine.ts';
import type { Delta, Snapshot } from '../../source/control/protocol.ts';
import type { PublicationSummary } from '../../source/control/publications.ts';
import { type ControlPeer, ControlServer } from '../../source/engine/control-server.ts';
import { findHome } from '../../source/home.ts';
import { createLog } from '../../source/log/log.ts';

const mebibyte = 1024 ** 2;
const words = ['debian', 'fedora', 'planet', 'archive', 'lecture', 'dataset', 'mirror', 'film'];
const states = ['healthy', 'healthy', 'healthy', 'sole-seed', 'at-risk'] as const;

/**
 * The control socket of a home with so many publications as wanted, which change when the benchmark
 * says so. It is the engine's own server; only what it tells is made up.
 */
export class StandInEngine implements AsyncDisposable {
  readonly home: string;
  readonly publications: PublicationSummary[];
  readonly #server: ControlServer;
  readonly #subscribers = new Set<ControlPeer>();

  private constructor(home: string, count: number) {
    this.home = home;
    this.publications = Array.from({ length: count }, (_, index) => publication(index + 1));
    const { socketFile } = findHome(home, {}, '/');
    const answer = async (method: string, _params: unknown, peer: ControlPeer) =>
      this.#answer(method, peer);
    this.#server = new ControlServer(
      socketFile,
      answer,
      createLog(() => undefined),
    );
  }

  static async start(count: number): Promise<StandInEngine> {
    const home = await mkdtemp(join(tmpdir(), 'everseed-bench-'));
    await writeFile(join(home, 'settings.json'), '{}');
    const engine = new StandInEngine(home, count);
    await engine.#server.start();
    return engine;
  }

  /** Changes rate, peers and what was sent of these, and tells everyone, as the engine would. */
  change(ids: readonly number[]): void {
    const changed = ids.map((id) => {
      const before = this.publications[id - 1] ?? publication(id);
      const uploadRate = (before.uploadRate + 1.3 * mebibyte) % (9 * mebibyte);
      const uploaded = before.uploaded + uploadRate;
      const after = {
        ...before,
        uploadRate,
        uploaded,
        ratio: uploaded / before.size,
        peers: (before.peers % 40) + 1,
      };
      this.publications[id - 1] = after;
      return after;
    });
    const delta: Delta = { publications: changed, engine: this.#status() };
    for (const peer of this.#subscribers) peer.notify('delta', delta);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
    await rm(this.home, { recursive: true, maxRetries: 3 });
  }

  #answer(method: string, peer: ControlPeer): unknown {
    switch (method) {
      case 'hello':
        return { protocol: 1, version: '0.0.0' };
      case 'list':
        return this.publications;
      case 'subscribe':
        this.#subscribers.add(peer);
        peer.onClose(() => this.#subscribers.delete(peer));
        return {
          engine: this.#status(),
          publications: this.publications,
          jobs: [],
          events: [],
          eventsReadTo: 0,
          activity: { stepMs: 10_000, total: [], publications: [] },
          undoable: null,
        } satisfies Snapshot;
      default:
        throw new Error(`nothing here answers ${method}`);
    }
  }

  #status(): EngineStatus {
    const sum = (pick: (item: PublicationSummary) => number) =>
      this.publications.reduce((total, item) => total + pick(item), 0);
    return {
      version: '0.0.0',
      protocol: 1,
      pid: process.pid,
      startedAt: 0,
      home: this.home,
      http: { host: '0.0.0.0', port: 6969 },
      udp: { host: '0.0.0.0', port: 6969 },
      peer: { host: '0.0.0.0', port: 6881 },
      publicHost: 'seed.example.org',
      peerPortListening: true,
      publications: this.publications.length,
      peers: sum(({ peers }) => peers),
      uploadRate: sum(({ uploadRate }) => uploadRate),
      uploaded: sum(({ uploaded }) => uploaded),
    };
  }
}

function publication(id: number): PublicationSummary {
  const size = ((id * 37) % 4000) * mebibyte + 1;
  const uploaded = size * ((id % 70) / 10);
  const infoHash = id.toString(16).padStart(8, '0').repeat(5);
  return {
    id,
    infoHash,
    infoHashV2: null,
    name: `${words[id % words.length]}-${(id * 7919) % 100_003}-part ${id}.tar.zst`,
    size,
    state: 'seeding',
    health: states[id % states.length] ?? 'healthy',
    peers: id % 7,
    seeds: id % 9,
    leechers: id % 5,
    completed: id % 300,
    uploaded,
    ratio: uploaded / size,
    uploadRate: id % 50 === 0 ? ((id % 900) + 1) * 1024 : 0,
    createdAt: 1_700_000_000_000 + id * 1000,
  };
}
