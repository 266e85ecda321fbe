import type { EngineConnection } from '../../../source/client/engine-connection.ts';
import type { TrackerSummary } from '../../../source/control/discovery.ts';
import type {
  Activity,
  EngineEvent,
  EngineStatus,
  OverallLimit,
  Reachability,
  SettingSummary,
  Undoable,
} from '../../../source/control/engine.ts';
import type {
  Delta,
  Method,
  Notifications,
  Requests,
  Snapshot,
} from '../../../source/control/protocol.ts';
import type {
  FileSummary,
  HealthProblems,
  PeerSummary,
  PublicationDetail,
  PublicationSummary,
} from '../../../source/control/publications.ts';
import type { LeftOut, PublishProgress } from '../../../source/control/publishing.ts';
import { EverseedError } from '../../../source/errors.ts';
import { healthOrder } from '../../../source/ui/theme/health.ts';
import { history, publication, settings, trackerStats, verifyReport } from './samples.ts';

type Listeners = { [N in keyof Notifications]: Set<(params: Notifications[N]) => void> };

interface StartedPublish {
  params: Requests['publish']['params'];
  finish(result: Requests['publish']['result']): void;
  fail(error: Error): void;
}

const mebibyte = 1024 ** 2;

/**
 * An engine in memory: answers like the real one, and the test decides what happens in it. Publish
 * jobs run until the test ends them.
 */
export class FakeEngine {
  publications = new Map<number, PublicationSummary>();
  peers: PeerSummary[] = [];
  jobs: PublishProgress[] = [];
  events: EngineEvent[] = [];
  eventsReadTo = 0;
  trackers: TrackerSummary[] = [];
  files: FileSummary[] = [];
  /** What histories tell of the last steps. */
  rates: number[] = [];
  activity: Activity = { stepMs: 10_000, total: [], publications: [] };
  /** Why the next attempt to connect fails; null when it does not. */
  refusal: string | null = null;
  /** Why paths are refused; null when they are not. */
  pathRefusal: string | null = null;
  /** What previews say is left out. */
  leftOut: LeftOut[] = [];
  readonly requests: { method: Method; params: unknown }[] = [];
  readonly started: StartedPublish[] = [];
  connects = 0;
  isRunning = false;
  #changes: { kind: Undoable['kind']; was: PublicationSummary | null }[] = [];
  #connections = new Set<FakeConnection>();

  constructor(publications: readonly PublicationSummary[] = []) {
    for (const item of publications) this.publications.set(item.id, item);
  }

  connect = async (): Promise<EngineConnection> => {
    this.connects += 1;
    if (this.refusal !== null) throw new EverseedError('engine-gone', this.refusal);
    this.isRunning = true;
    const connection = new FakeConnection(this, () => this.#connections.delete(connection));
    this.#connections.add(connection);
    return connection;
  };

  connectIfRunning = async (): Promise<EngineConnection | null> =>
    this.isRunning ? this.connect() : null;

  /** The engine's process ends. */
  die(): void {
    this.isRunning = false;
    for (const connection of [...this.#connections]) connection.close();
  }

  /** Somebody stops the engine. */
  stop(): void {
    for (const connection of this.#connections) connection.notify('stopping', {});
    this.die();
  }

  /** What changed is not told yet, as up to a second after the last time. */
  holdsDeltas = false;

  #held = new Map<Method, Promise<void>>();

  /** Answers nothing of a method that is asked from now on, until the function returned is called. */
  hold(method: Method): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(method, promise);
    return () => {
      if (this.#held.get(method) === promise) this.#held.delete(method);
      resolve();
    };
  }

  send(delta: Delta): void {
    if (this.holdsDeltas) return;
    for (const connection of this.#connections) connection.notify('delta', delta);
  }

  progress(progress: PublishProgress): void {
    for (const connection of this.#connections) connection.notify('publish.progress', progress);
  }

  /** Changes publications and tells everyone. */
  update(...changed: PublicationSummary[]): void {
    for (const item of changed) this.publications.set(item.id, item);
    this.send({ publications: changed, engine: this.status() });
  }

  /** Ends the last publish job well. */
  finishPublish(existing = false, leftOut: LeftOut[] = []): PublicationSummary {
    const job = this.started.at(-1);
    if (!job) throw new Error('no publish job was started');
    const made = publication(1000 + this.publications.size, {
      name: job.params.options.name ?? job.params.path.split('/').at(-1) ?? '',
    });
    this.publications.set(made.id, made);
    job.finish({ publication: this.detail(made), existing, leftOut });
    return made;
  }

  settings: SettingSummary[] = settings();
  reachability: Reachability = { state: 'open', reachedAt: 0, problem: null };
  limit: OverallLimit = { now: null, usual: null, schedule: [] };
  /** Bytes per second, of publications that have one. */
  limits = new Map<number, number | null>();

  /** When a change can no longer be undone. */
  undoableUntil = Date.UTC(2026, 0, 2, 4);

  /** Somebody has removed a publication. */
  noteRemoval(name: string): void {
    this.#changes.push({ kind: 'remove', was: publication(999, { name }) });
  }

  /** The time to undo is over. */
  forget(): void {
    this.#changes = [];
    this.send({ undoable: null });
  }

  undoable(): Undoable | null {
    const change = this.#changes.at(-1);
    if (!change) return null;
    const name = change.was?.name ?? null;
    return { kind: change.kind, name, count: 1, until: this.undoableUntil };
  }

  #note(kind: Undoable['kind'], was: PublicationSummary | null): void {
    this.#changes.push({ kind, was });
    this.send({ undoable: this.undoable() });
  }

  requestsOf(method: Method): unknown[] {
    return this.requests.filter((request) => request.method === method).map(({ params }) => params);
  }

  status(): EngineStatus {
    const all = [...this.publications.values()];
    const sum = (pick: (item: PublicationSummary) => number) =>
      all.reduce((total, item) => total + pick(item), 0);
    return {
      version: '0.1.0',
      protocol: 1,
      pid: 4711,
      startedAt: 0,
      home: '/var/lib/everseed',
      http: { host: '0.0.0.0', port: 6969 },
      udp: { host: '0.0.0.0', port: 6969 },
      peer: { host: '0.0.0.0', port: 6881 },
      publicHost: 'seed.example.org',
      peerPortListening: true,
      reachability: this.reachability,
      publications: all.length,
      peers: sum((item) => item.peers),
      uploadRate: sum((item) => item.uploadRate),
      uploaded: sum((item) => item.uploaded),
      limit: this.limit,
    };
  }

  snapshot(): Snapshot {
    return {
      engine: this.status(),
      publications: [...this.publications.values()],
      jobs: this.jobs,
      undoable: this.undoable(),
      events: this.events,
      eventsReadTo: this.eventsReadTo,
      activity: this.activity,
    };
  }

  detail(summary: PublicationSummary): PublicationDetail {
    const links = 'http://seed.example.org:6969';
    return {
      ...summary,
      files: 1,
      pieceLength: mebibyte / 4,
      pieces: Math.ceil(summary.size / (mebibyte / 4)),
      format: 'v1',
      private: false,
      superSeeding: this.superSeeding,
      comment: 'Installation images',
      path: `/srv/${summary.name}`,
      trackers: [[`${links}/announce`], ['udp://tracker.example.net:1337/announce']],
      createdBy: 'everseed/0.1.0',
      creationDate: 1_700_000_000,
      uploadLimit: this.limits.get(summary.id) ?? null,
      source: null,
      updateUrl: null,
      similar: [],
      collections: [],
      nodes: [],
      webSeeds: [`${links}/d/${summary.infoHash}/`],
      magnet: `magnet:?xt=urn:btih:${summary.infoHash}&dn=${encodeURIComponent(summary.name)}&tr=${encodeURIComponent(`${links}/announce`)}`,
      torrentUrl: `${links}/t/${summary.infoHash}.torrent`,
      pageUrl: `${links}/p/${summary.infoHash}`,
      healthReasons:
        summary.health === 'sole-seed'
          ? [
              {
                code: 'sole-seed',
                state: 'sole-seed',
                source: 'the peers that announce to the tracker',
                measuredAt: null,
                text: 'This everseed is the only seed.',
                advice: 'Ask someone who has it to go on seeding, or add a mirror.',
              },
            ]
          : [],
      lastUploadAt: null,
      verifiedAt: null,
      badPieces: 0,
    };
  }

  find(id: string): PublicationSummary {
    for (const item of this.publications.values()) {
      if (item.infoHash === id || String(item.id) === id) return item;
    }
    throw new EverseedError('unknown-publication', `There is no publication ${id}.`);
  }

  async answer(method: Method, params: unknown): Promise<unknown> {
    this.requests.push({ method, params });
    const held = this.#held.get(method);
    if (held) await held;
    const answers: Partial<{
      [M in Method]: (params: Requests[M]['params']) => unknown;
    }> = {
      subscribe: () => this.snapshot(),
      show: ({ id }) => this.detail(this.find(id)),
      peers: ({ id }) => this.find(id) && this.peers,
      'publication.trackers': ({ id }) => this.find(id) && this.trackers,
      'health.problems': () => this.#problems(),
      'tracker.stats': () => trackerStats([...this.publications.values()]),
      files: ({ offset, limit }) => ({
        total: this.files.length,
        files: this.files.slice(offset, offset + limit),
      }),
      history: ({ range }) => history(range, this.rates),
      events: ({ publication: id, before = Number.MAX_SAFE_INTEGER, limit }) =>
        this.events
          .filter((event) => id === undefined || event.publication === this.find(id).id)
          .filter((event) => event.id < before)
          .slice(-limit),
      'events.read': ({ upTo }) => {
        this.eventsReadTo = upTo;
        this.send({ eventsReadTo: upTo });
        return { eventsReadTo: upTo };
      },
      preview: ({ path }) => this.#preview(path),
      publish: (job) =>
        new Promise((finish, fail) => this.started.push({ params: job, finish, fail })),
      adopt: ({ job, data }) =>
        new Promise((finish, fail) =>
          this.started.push({ params: { job, path: data, options: {} }, finish, fail }),
        ),
      'publish.cancel': ({ job }) => {
        const started = this.started.find((other) => other.params.job === job);
        started?.fail(new EverseedError('cancelled', 'The job was cancelled.'));
        return { cancelled: started !== undefined };
      },
      pause: ({ id }) => {
        this.#note('pause', this.find(id));
        return this.#replace({ ...this.find(id), state: 'paused', health: 'paused' });
      },
      resume: ({ id }) => {
        this.#note('resume', this.find(id));
        return this.#replace({ ...this.find(id), state: 'seeding', health: 'healthy' });
      },
      remove: ({ id, deleteData }) => {
        const gone = this.find(id);
        this.publications.delete(gone.id);
        if (!deleteData) this.#note('remove', gone);
        return {
          id: gone.id,
          name: gone.name,
          keptFiles: deleteData ? [] : null,
          neededFiles: deleteData ? [] : null,
        };
      },
      undo: () => {
        const change = this.#changes.pop();
        if (!change) throw new EverseedError('nothing-to-undo', 'there is nothing to undo');
        const publications = change.was ? [change.was] : [];
        for (const was of publications) this.publications.set(was.id, was);
        this.send({ publications, undoable: this.undoable() });
        return { kind: change.kind, publications };
      },
      limit: ({ id, uploadLimit }) => {
        const limited = this.find(id);
        this.limits.set(limited.id, uploadLimit);
        this.#note('limit', limited);
        return this.detail(limited);
      },
      'limit.overall': ({ uploadLimit }) => {
        this.limit = { ...this.limit, usual: uploadLimit };
        this.#note('limit', null);
        return this.limit;
      },
      'super-seed': ({ id, superSeeding }) => {
        this.superSeeding = superSeeding;
        return this.detail(this.find(id));
      },
      move: ({ id, path }) => ({ ...this.detail(this.find(id)), path }),
      verify: ({ id }) => verifyReport(this.find(id), this.wrongPieces),
      'settings.list': () => this.settings,
      'settings.set': ({ key, text }) => this.#set(key, text),
      stop: () => {
        setImmediate(() => this.stop());
        return { pid: 4711 };
      },
    };
    const answer = answers[method] as ((params: unknown) => unknown) | undefined;
    if (!answer) throw new Error(`the fake engine does not answer ${method}`);
    return answer(params);
  }

  /** What verifying finds wrong: pieces of every publication. */
  wrongPieces = 0;
  superSeeding = false;

  #problems(): HealthProblems {
    const counts: HealthProblems['counts'] = {
      dead: 0,
      degraded: 0,
      unreachable: 0,
      'sole-seed': 0,
      'at-risk': 0,
      healthy: 0,
      paused: 0,
    };
    for (const { health } of this.publications.values()) counts[health] += 1;
    const reports = [...this.publications.values()]
      .filter(({ health }) => health !== 'healthy' && health !== 'paused')
      .sort((a, b) => healthOrder[a.health] - healthOrder[b.health])
      .map(({ id, infoHash, infoHashV2, name, health }) => ({
        id,
        infoHash,
        infoHashV2,
        name,
        health,
        reasons: [
          {
            code: health,
            state: health,
            text: `it is ${health}`,
            advice: `see to ${name}`,
            source: 'a look at the files',
            measuredAt: 0,
          },
        ],
      }));
    return { counts, total: reports.length, reports };
  }

  #set(key: string, text: string): SettingSummary[] {
    if (key === 'http.port' && !/^\d+$/.test(text)) {
      throw new EverseedError(
        'setting-invalid',
        `http.port cannot be "${text}": it takes a whole number from 0 to 65535`,
      );
    }
    this.settings = this.settings.map((setting) =>
      setting.key === key
        ? { ...setting, value: text, afterRestart: !key.startsWith('dashboard.') }
        : setting,
    );
    return this.settings;
  }

  #replace(summary: PublicationSummary): PublicationSummary {
    this.publications.set(summary.id, summary);
    return summary;
  }

  #preview(path: string): Requests['preview']['result'] {
    if (this.pathRefusal !== null) throw new EverseedError('path-refused', this.pathRefusal);
    const size = 631 * mebibyte;
    return {
      path,
      name: path.split('/').at(-1) ?? '',
      size,
      files: 1,
      pieceLength: mebibyte / 4,
      pieces: 2524,
      format: 'v1',
      leftOut: this.leftOut,
    };
  }
}

class FakeConnection implements EngineConnection {
  readonly engine = { version: '0.1.0', protocol: 1, sameProtocol: true };
  readonly closed: Promise<void>;
  #resolveClosed: () => void;
  #owner: FakeEngine;
  #onClose: () => void;
  #isClosed = false;
  #listeners: Listeners = {
    delta: new Set(),
    'publish.progress': new Set(),
    stopping: new Set(),
  };

  constructor(owner: FakeEngine, onClose: () => void) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#resolveClosed = resolve;
    this.#owner = owner;
    this.#onClose = onClose;
  }

  async request<M extends Method>(
    method: M,
    params: Requests[M]['params'],
  ): Promise<Requests[M]['result']> {
    if (this.#isClosed) throw new EverseedError('engine-gone', 'The engine is gone.');
    const gone = this.closed.then(() => {
      throw new EverseedError('engine-gone', 'The engine is gone.');
    });
    return (await Promise.race([
      this.#owner.answer(method, params),
      gone,
    ])) as Requests[M]['result'];
  }

  on<N extends keyof Notifications>(
    name: N,
    listener: (params: Notifications[N]) => void,
  ): () => void {
    this.#listeners[name].add(listener);
    return () => this.#listeners[name].delete(listener);
  }

  notify<N extends keyof Notifications>(name: N, params: Notifications[N]): void {
    for (const listener of this.#listeners[name]) listener(params);
  }

  close(): void {
    this.#isClosed = true;
    this.#onClose();
    this.#resolveClosed();
  }
}
