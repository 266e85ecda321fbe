import type { Catalog } from '../catalog/catalog.ts';
import { CatalogReader } from '../catalog/catalog-reader.ts';
import type { PasskeyRow } from '../catalog/passkey-table.ts';
import type { EventRow } from '../catalog/rows.ts';
import type { EngineStatus } from '../control/engine.ts';
import { errorCodes, type Method, protocolVersion, type Requests } from '../control/protocol.ts';
import type { HealthReport, PublicationDetail } from '../control/publications.ts';
import type { LeftOut } from '../control/publishing.ts';
import type { MemberTorrent, TrackerKey } from '../control/tracker.ts';
import { EverseedError } from '../errors.ts';
import { type LeftOut as ContentLeftOut, leftOutReasons } from '../metainfo/content.ts';
import { distinctTiers } from '../metainfo/distinct-tiers.ts';
import { type InfoNotes, readInfoNotes } from '../metainfo/info-notes.ts';
import { deleteData } from '../publishing/delete-data.ts';
import {
  magnetOf,
  memberAnnounceUrls,
  pageUrlOf,
  torrentUrlOf,
  trackerTiers,
} from '../publishing/links.ts';
import type { Mutex } from '../publishing/mutex.ts';
import { findNeeded } from '../publishing/needed-files.ts';
import { previewPublication } from '../publishing/publish.ts';
import { version } from '../version.ts';
import type { AdoptJobs } from './adopt-jobs.ts';
import { asker } from './asker.ts';
import { createContentRequests } from './content-requests.ts';
import { type ControlPeer, RequestError, type RequestHandler } from './control-server.ts';
import type { DamagedFiles } from './damaged-files.ts';
import { eventOf } from './events.ts';
import type { HealthMonitor } from './health-monitor.ts';
import { problemsOf } from './health-problems.ts';
import type { History } from './history/history.ts';
import { historyRangeNames } from './history/ranges.ts';
import { createLimiter, createLimitRequests } from './limit-requests.ts';
import type { LiveSettings } from './live-settings.ts';
import type { OverallLimits } from './overall-limits.ts';
import { Params } from './params.ts';
import type { Passkeys } from './passkeys.ts';
import type { LivePublication, Publications } from './publications.ts';
import type { PublishJobs } from './publish-jobs.ts';
import { readTorrent } from './read-torrent.ts';
import { payloadByDay, sentByDay, sentToAddresses } from './sent-reports.ts';
import type { Services } from './services.ts';
import type { Subscriptions } from './subscriptions.ts';
import { trackerStatsOf } from './tracker-stats.ts';
import { undoNext } from './undo.ts';
import type { UndoLog } from './undo-log.ts';
import type { VerifyJobs } from './verify-jobs.ts';

/** How many events a new subscriber is told. */
const eventsInSnapshot = 200;
const mostEvents = 1_000;
const mostProblems = 1_000;

/** Longer names of clients are cut. */
const clientNameLength = 40;

/** What the requests act on. */
export interface RequestContext {
  settings: LiveSettings;
  catalog: Catalog;
  /** The file it is in, for what it reads seldom. */
  catalogFile: string;
  publications: Publications;
  passkeys: Passkeys;
  subscriptions: Subscriptions;
  services: Services;
  health: HealthMonitor;
  jobs: PublishJobs;
  adoptions: AdoptJobs;
  verifyJobs: VerifyJobs;
  damagedFiles: DamagedFiles;
  history: History;
  undoLog: UndoLog;
  overallLimit: OverallLimits;
  /** Adds what was counted to the catalog now. */
  saveTotals(): void;
  now(): number;
  record(level: EventRow['level'], text: string, live?: LivePublication): void;
  exclusively: Mutex;
  status(): EngineStatus;
  onStopRequest(): void;
}

type Handlers = {
  [M in Method]: (
    params: Params,
    peer: ControlPeer,
  ) => Requests[M]['result'] | Promise<Requests[M]['result']>;
};

/** The control protocol's requests, each a function of its parameters. */
export function createRequestHandler(context: RequestContext): RequestHandler {
  const { settings, catalog, publications, passkeys, subscriptions } = context;
  const { services, health, jobs } = context;
  const endSubscription = new WeakMap<ControlPeer, () => void>();
  const clientNames = new WeakMap<ControlPeer, string>();
  /** They never change, and take long to read where there are many files. */
  const infoNotes = new WeakMap<LivePublication, InfoNotes>();
  const find = (params: Params) => publications.find(params.text('id'));

  const notesOf = (live: LivePublication): InfoNotes => {
    const known = infoNotes.get(live);
    if (known) return known;
    const notes = readInfoNotes(catalog.info(live.row.id));
    infoNotes.set(live, notes);
    return notes;
  };

  const detail = (live: LivePublication): PublicationDetail => {
    const row = catalog.publication(live.row.id);
    return {
      ...publications.summary(live),
      ...notesOf(live),
      files: row.fileCount,
      pieceLength: row.pieceLength,
      pieces: row.pieceCount,
      format: row.format,
      private: row.private,
      superSeeding: row.superSeeding,
      comment: row.comment,
      uploadLimit: row.uploadLimit,
      maxConnections: row.maxConnections,
      createdBy: row.createdBy,
      creationDate: row.creationDate,
      nodes: row.nodes,
      path: row.path,
      trackers: trackerTiers(row, services.links),
      webSeeds: row.webSeeds,
      magnet: magnetOf(row, services.links),
      torrentUrl: torrentUrlOf(row, services.links),
      pageUrl: pageUrlOf(row, services.links),
      healthReasons: publications.health(live).reasons,
      lastUploadAt: live.lastUploadAt,
      uploadedProtocol: live.uploadedProtocol,
      sentByDay: sentByDay(catalog, row.id, context.now()),
      verifiedAt: live.verification?.verifiedAt ?? null,
      badPieces: live.verification?.badPieces ?? 0,
    };
  };

  const report = (live: LivePublication): HealthReport => {
    const { state, reasons } = publications.health(live);
    return {
      id: live.row.id,
      infoHash: live.infoHash,
      infoHashV2: live.infoHashV2,
      name: live.row.name,
      health: state,
      reasons,
    };
  };

  const setState = async (live: LivePublication, state: 'seeding' | 'paused') => {
    catalog.setState(live.row.id, state);
    live.row.state = state;
    await services.applyState(live);
    publications.update(live, { servingFault: null });
    health.inspectSoon(live);
    context.record('info', `${state === 'paused' ? 'paused' : 'resumed'} ${live.row.name}`, live);
  };

  const limiter = createLimiter(context);

  const changeSuperSeeding = async (params: Params) => {
    const live = find(params);
    const superSeeding = params.boolean('superSeeding');
    if (superSeeding !== catalog.publication(live.row.id).superSeeding) {
      catalog.setSuperSeeding(live.row.id, superSeeding);
      await services.setSuperSeeding(live, superSeeding);
      const word = superSeeding ? 'began' : 'ended';
      context.record('info', `${word} super-seeding of ${live.row.name}`, live);
    }
    return detail(live);
  };

  const changeState = async (params: Params, kind: 'pause' | 'resume') => {
    const live = find(params);
    const state = kind === 'pause' ? 'paused' : 'seeding';
    if (live.row.state !== state) {
      await setState(live, state);
      context.undoLog.note(kind, live.row.id, params.optionalText('batch'));
    }
    return publications.summary(live);
  };

  const remove = async (params: Params) => {
    const live = find(params);
    const row = catalog.publication(live.row.id);
    const files = params.boolean('deleteData') ? catalog.files(row.id) : null;
    // what it has sent is to be known when it comes back
    context.saveTotals();
    if (files) {
      catalog.remove(row.id);
      // and with it what could be undone of it
      subscriptions.undoableChanged();
      context.history.forget(row.id);
    } else {
      catalog.shelve(row.id, context.now());
      context.undoLog.note('remove', row.id, params.optionalText('batch'));
    }
    publications.remove(live);
    context.verifyJobs.cancelOf(live);
    await services.withdraw(live);
    publications.withdrawn(live);
    context.saveTotals();
    const kept =
      files && (await deleteData(row.path, files, await findNeeded(catalog.fileOwners, files)));
    context.record('info', `removed ${row.name}; ${fateOfData(row.path, kept)}`);
    return {
      id: row.id,
      name: row.name,
      keptFiles: kept?.files ?? null,
      missingFiles: kept?.missing ?? null,
      neededFiles:
        kept?.needed.map(({ path, by }) => ({ path, id: by.id, isRemoved: by.isShelved })) ?? null,
    };
  };

  /** `what` is to be done again once it is. */
  const expectServing = (what: string) => {
    if (!services.isTrackerOnly) return;
    throw new EverseedError(
      'tracker-only',
      `what runs here is a tracker alone, and serves no files: end it, then ${what} again`,
    );
  };

  const keyOf = (row: PasskeyRow): TrackerKey => ({
    ...row,
    announceUrls: memberAnnounceUrls(row.passkey, services.links),
  });

  const memberTorrent = (key: PasskeyRow, live: LivePublication): MemberTorrent => {
    const row = catalog.publication(live.row.id);
    if (!row.private) {
      throw new EverseedError(
        'not-private',
        `${row.name} is not private: all have the same torrent, ${torrentUrlOf(row, services.links)}`,
      );
    }
    const reader = new CatalogReader(context.catalogFile);
    try {
      const torrent = readTorrent(reader, row, services.links, key.passkey);
      return {
        key: keyOf(key),
        name: row.name,
        torrent: Buffer.from(torrent).toString('base64'),
        passkeysAsked: settings.started.tracker.passkeys,
      };
    } finally {
      reader.close();
    }
  };

  const handlers: Handlers = {
    ...createContentRequests(context, detail),
    ...createLimitRequests(context, limiter, detail),
    hello(params, peer) {
      const name = params.optionalText('client');
      if (name) clientNames.set(peer, name.slice(0, clientNameLength));
      return { protocol: protocolVersion, version };
    },
    status: () => context.status(),
    discovery: () => services.discoveryStatus(),
    list: () => [...publications.all()].map((live) => publications.summary(live)),
    show: (params) => detail(find(params)),
    peers: (params) => services.peers(find(params)),
    'publication.sent'(params) {
      context.saveTotals();
      return sentToAddresses(catalog, find(params).row.id);
    },
    'publication.trackers': (params) => services.trackers(find(params)),

    async health(params) {
      const id = params.optionalText('id');
      const asked = id === undefined ? [...publications.all()] : [publications.find(id)];
      await health.checkReach();
      await health.inspect(asked);
      return asked.map(report);
    },

    history(params) {
      const id = params.optionalText('publication');
      const range = params.oneOf('range', historyRangeNames);
      const live = id === undefined ? null : publications.find(id);
      const now = context.now();
      const byDay = range === '30d' ? payloadByDay(catalog, live?.row.id ?? null, now) : null;
      return context.history.report(live?.row.id ?? null, range, now, byDay);
    },

    events(params) {
      const id = params.optionalText('publication');
      const before = params.optionalInteger('before', 0, Number.MAX_SAFE_INTEGER);
      return catalog
        .events(params.integer('limit', 1, mostEvents), {
          ...(id !== undefined && { publicationId: publications.find(id).row.id }),
          ...(before !== undefined && { before }),
        })
        .map(eventOf);
    },

    'events.read'(params) {
      const upTo = params.integer('upTo', 0, Number.MAX_SAFE_INTEGER);
      if (upTo > catalog.eventsReadTo) {
        catalog.eventsReadTo = upTo;
        subscriptions.eventsRead();
      }
      return { eventsReadTo: catalog.eventsReadTo };
    },

    'health.problems'(params) {
      const limit = params.integer('limit', 1, mostProblems);
      return problemsOf(publications, limit, report);
    },

    async preview(params) {
      const path = params.absolutePath('path');
      const { content, plan } = await previewPublication(path, params.publishOptions('options'));
      return {
        path,
        name: plan.name,
        size: plan.size,
        files: content.files.length,
        pieceLength: plan.pieceLength,
        pieces: plan.pieceCount,
        format: plan.format,
        leftOut: content.leftOut.map(describeLeftOut),
      };
    },

    async publish(params, peer) {
      expectServing('publish');
      const options = params.publishOptions('options');
      const trackers = options.private
        ? (options.trackers ?? [])
        : [...(options.trackers ?? []), ...settings.current.publish.trackers.map((url) => [url])];
      const { publication, existing, leftOut } = await jobs.run(
        params.text('job'),
        params.absolutePath('path'),
        { ...options, trackers: distinctTiers(trackers) },
        (progress) => peer.notify('publish.progress', progress),
      );
      const live = publications.byId(publication.id);
      if (!live) throw new EverseedError('removed', `${publication.name} was removed meanwhile`);
      return { publication: detail(live), existing, leftOut: leftOut.map(describeLeftOut) };
    },

    async adopt(params, peer) {
      expectServing('adopt');
      const { publication, existing } = await context.adoptions.run(
        params.text('job'),
        {
          torrentFile: params.absolutePath('torrent'),
          data: params.absolutePath('data'),
          partial: params.optionalBoolean('partial') ?? false,
        },
        (progress) => peer.notify('publish.progress', progress),
      );
      const live = publications.byId(publication.id);
      if (!live) throw new EverseedError('removed', `${publication.name} was removed meanwhile`);
      return { publication: detail(live), existing, leftOut: [] };
    },

    'publish.cancel'(params) {
      const job = params.text('job');
      const { adoptions, verifyJobs } = context;
      return { cancelled: jobs.cancel(job) || adoptions.cancel(job) || verifyJobs.cancel(job) };
    },
    'super-seed': (params) => context.exclusively(() => changeSuperSeeding(params)),
    pause: (params) => context.exclusively(() => changeState(params, 'pause')),
    resume: (params) => context.exclusively(() => changeState(params, 'resume')),
    remove: (params) => context.exclusively(() => remove(params)),

    undo: () => context.exclusively(() => undoNext({ ...context, ...limiter, setState })),

    async 'tracker.stats'() {
      const nameOf = (infoHash: string) => publications.byInfoHash(infoHash)?.row.name ?? null;
      return trackerStatsOf(await services.trackerStatus(), publications.size, nameOf);
    },

    'tracker.keys.list': () => passkeys.list.map(keyOf),

    async 'tracker.keys.add'(params) {
      const row = passkeys.add(params.text('name'));
      await services.passkeysChanged();
      return keyOf(row);
    },

    async 'tracker.keys.remove'(params) {
      const row = passkeys.remove(params.text('key'));
      await services.passkeysChanged();
      return keyOf(row);
    },

    'tracker.keys.torrent': (params) =>
      memberTorrent(passkeys.find(params.text('key')), find(params)),

    'settings.list': () => settings.list(),

    'settings.set'(params) {
      const key = params.text('key');
      settings.set(key, params.text('text'));
      context.overallLimit.apply();
      context.record('info', `changed the setting ${key}`);
      return settings.list();
    },

    'settings.reload'() {
      const afterRestart = settings.reload();
      context.overallLimit.apply();
      return { afterRestart };
    },

    subscribe(_params, peer) {
      const end = subscriptions.subscribe({
        changed: (delta) => peer.notify('delta', delta),
        stopping: () => peer.notify('stopping', {}),
      });
      endSubscription.get(peer)?.();
      endSubscription.set(peer, end);
      peer.onClose(end);
      return {
        engine: context.status(),
        publications: [...publications.all()].map((live) => publications.summary(live)),
        jobs: [...jobs.list(), ...context.adoptions.list(), ...context.verifyJobs.list()],
        events: catalog.events(eventsInSnapshot).map(eventOf),
        eventsReadTo: catalog.eventsReadTo,
        activity: context.history.activity(context.now()),
        undoable: context.undoLog.describeNext(),
      };
    },

    unsubscribe(_params, peer) {
      endSubscription.get(peer)?.();
      return {};
    },

    stop() {
      context.record('info', 'everseed is stopped');
      // after this request has been answered
      setImmediate(context.onStopRequest);
      return { pid: process.pid };
    },
  };

  return async (method, params, peer) => {
    if (!Object.hasOwn(handlers, method)) {
      throw new RequestError(errorCodes.unknownMethod, `there is no request ${method}`);
    }
    const handle = () => handlers[method as Method](new Params(params), peer);
    return await asker.run(clientNames.get(peer) ?? null, handle);
  };
}

function describeLeftOut({ path, reason }: ContentLeftOut): LeftOut {
  return { path: path.join('/'), reason: leftOutReasons[reason] };
}

function fateOfData(
  path: string,
  kept: Record<'files' | 'needed' | 'missing', readonly unknown[]> | null,
): string {
  if (!kept) return `its data stays at ${path}`;
  const filesOf = ({ length }: readonly unknown[], which: string) =>
    length === 0 ? [] : [`${length} ${length === 1 ? 'file' : 'files'} ${which}`];
  const exceptions = [
    ...filesOf(kept.files, 'not as published'),
    ...filesOf(kept.needed, 'of other publications'),
    ...filesOf(kept.missing, 'not there'),
  ];
  const but = exceptions.length > 0 ? `, but for ${exceptions.join(' and ')}` : '';
  return `its data at ${path} was deleted${but}`;
}
