import { randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { Catalog } from '../catalog/catalog.ts';
import type { EventRow } from '../catalog/rows.ts';
import type { EngineStatus } from '../control/engine.ts';
import { protocolVersion } from '../control/protocol.ts';
import { messageOf } from '../errors.ts';
import type { DataFault } from '../health/assess.ts';
import type { Home } from '../home.ts';
import type { Log } from '../log/log.ts';
import { HashJournals } from '../publishing/hash-journal.ts';
import { createMutex } from '../publishing/mutex.ts';
import type { PublishingHost } from '../publishing/publish.ts';
import { createTurns } from '../publishing/turns.ts';
import { version } from '../version.ts';
import { AdoptJobs } from './adopt-jobs.ts';
import { asker } from './asker.ts';
import { ControlServer } from './control-server.ts';
import { DamagedFiles } from './damaged-files.ts';
import { eventOf } from './events.ts';
import { failureLevel } from './failure-level.ts';
import { flushIntervalMs } from './flush-interval.ts';
import { HealthMonitor } from './health-monitor.ts';
import { History, sampleIntervalMs } from './history/history.ts';
import { HistoryKeeper } from './history/history-keeper.ts';
import { type ChosenSettings, LiveSettings } from './live-settings.ts';
import { OverallLimits } from './overall-limits.ts';
import { Passkeys } from './passkeys.ts';
import { detectPublicHost } from './public-host.ts';
import {
  createLive,
  type LivePublication,
  type LiveRow,
  nothingCounted,
  Publications,
} from './publications.ts';
import { PublishJobs } from './publish-jobs.ts';
import { reachabilityOf, type SharedFacts } from './reachability.ts';
import { ReplacedContent } from './replaced-content.ts';
import { createRequestHandler } from './requests.ts';
import { Services } from './services.ts';
import { Subscriptions } from './subscriptions.ts';
import { UndoLog } from './undo-log.ts';
import { VerifyJobs } from './verify-jobs.ts';

export interface EngineOptions {
  home: Home;
  log: Log;
  /** Run the tracker alone, without seeder and site. */
  trackerOnly: boolean;
  /** Settings of this run, instead of those in the file. */
  settings: ChosenSettings;
  /** A client asks the engine to end. */
  onStopRequest(): void;
}

export interface RunningEngine {
  status(): EngineStatus;
  /** Tells the users that a fault of the program was caught; its particulars are in the log. */
  reportFault(): void;
  /** Tells the users that a signal ends it. */
  reportSignal(signal: string): void;
  /** Saves and ends everything; may be called again. */
  stop(): Promise<void>;
}

/**
 * Starts the engine of a home, whose lock the caller holds: opens the catalog, starts the services
 * and serves the control socket. When it returns, everything published is served; when it throws,
 * nothing of it is left running.
 */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const { home, log } = options;
  const now = Date.now;
  const startedAt = now();
  const stopping: (() => void | Promise<void>)[] = [];
  const stop = once(async () => {
    log.info('stopping');
    for (const step of stopping.reverse()) {
      try {
        await step();
      } catch (error) {
        log.error('a part did not stop in order', { error: messageOf(error) });
      }
    }
  });
  try {
    const settings = new LiveSettings(home.settingsFile, options.settings);
    const { bind, publicHost } = settings.started;
    const catalog = new Catalog(home.catalogFile);
    stopping.push(() => catalog.close());

    const history = new History(startedAt);
    const damagedFiles = new DamagedFiles(catalog);
    const publications = new Publications(
      (id) => subscriptions.publicationChanged(id),
      now,
      (live) => damagedFiles.of(live).wrong,
    );
    const subscriptions = new Subscriptions({
      engine: () => status(),
      publication(id) {
        const live = publications.byId(id);
        return live ? publications.summary(live) : null;
      },
      jobs: () => [...jobs.list(), ...adoptions.list(), ...verifyJobs.list()],
      eventsReadTo: () => catalog.eventsReadTo,
      activity: () => history.activity(now()),
      undoable: () => undoLog.describeNext(),
    });
    const undoLog = new UndoLog({
      catalog,
      now,
      onChange: () => subscriptions.undoableChanged(),
      onForgotten: (id) => history.forget(id),
      onTrouble: (error) => log.warning('what was removed is kept', { error: messageOf(error) }),
    });
    stopping.push(() => undoLog.stop());
    const record = (
      level: EventRow['level'],
      text: string,
      live?: LivePublication,
      askedBy = asker.getStore() ?? null,
    ) => {
      const publicationId = live?.row.id ?? null;
      log[level](text, live && { publication: live.row.id });
      try {
        const event = { at: now(), publicationId, level, text, askedBy };
        subscriptions.event(eventOf(catalog.addEvent(event)));
      } catch (error) {
        // it is in the log; what it tells of must not fail for want of a record
        log.warning('event not recorded', { error: messageOf(error) });
      }
    };

    const passkeys = new Passkeys(catalog, now);
    const saveTotals = () => {
      try {
        publications.saveTotals((changes) => catalog.addToTotals(changes, now()));
        passkeys.save();
      } catch (error) {
        // a full disk, say: they are kept, and tried again
        log.error('counts not saved', { error: messageOf(error) });
      }
    };
    const saveTimer = setInterval(async () => {
      // without the tracker, which may be restarting, what it reported before is saved
      await services.takeCounts().catch(() => undefined);
      saveTotals();
    }, flushIntervalMs(settings.started.tracker));
    stopping.push(() => {
      clearInterval(saveTimer);
      saveTotals();
    });

    const shareReach = (change: Partial<SharedFacts>) => {
      if (publications.share(change)) subscriptions.engineChanged();
    };
    const services = new Services({
      home,
      trackerOnly: options.trackerOnly,
      settings: settings.started,
      publicHost: publicHost || detectPublicHost(bind, networkInterfaces()),
      publications,
      passkeys,
      log,
      now,
      onFault(live, text) {
        record('error', `${live.row.name}: ${text}`, live, null);
        publications.update(live, { servingFault: text });
        health.inspectSoon(live);
      },
      onRestored(live) {
        record('info', `${live.row.name}: all of it is served again`, live, null);
        publications.update(live, { servingFault: null });
      },
      onReleased(live) {
        catalog.setSuperSeeding(live.row.id, false);
        record('info', `${live.row.name}: others have all of it; super-seeding ended`, live, null);
      },
      onReach: shareReach,
      onProblem: (text) => record('warning', text),
      onPeers({ infoHash, addresses, source }) {
        log.debug('peers found', { infoHash, count: addresses.length, source });
        services.addPeers({ infoHash, addresses, source });
      },
    });
    stopping.push(() => services.stop());
    services.prepare();
    const verifications = catalog.verifications.all();
    for (const { publication, totals } of catalog.load()) {
      const verification = verifications.get(publication.id) ?? null;
      publications.add(createLive(publication, totals, verification));
    }
    const overallLimit = new OverallLimits({
      settings,
      services,
      now,
      onChange: () => subscriptions.engineChanged(),
    });
    stopping.push(() => overallLimit.stop());

    const health = new HealthMonitor({
      catalog,
      publications,
      services,
      log,
      onReach: shareReach,
      now: () => performance.now(),
      date: now,
      onDataChange(live, faults, before) {
        record(...describeDataChange(live.row, faults, before), live, null);
        const isBetter = before.some(({ path }) => !faults.some((fault) => fault.path === path));
        if (isBetter) services.recheck(live);
        replaced.found(live, faults);
      },
    });
    const historyKeeper = new HistoryKeeper({
      history,
      folder: home.historyFolder,
      onTrouble: (error) => log.warning('history not kept', { error: messageOf(error) }),
    });
    const mayComeBack = new Set(catalog.undoable().map(({ publicationId }) => publicationId));
    await historyKeeper.start((id) => publications.byId(id) !== undefined || mayComeBack.has(id));
    stopping.push(() => historyKeeper.stop());
    const historyTimer = setInterval(() => {
      if (history.sample(now(), publications.measured())) subscriptions.activityChanged();
    }, sampleIntervalMs);
    stopping.push(() => clearInterval(historyTimer));

    await services.start();
    stopping.push(() => health.stop());
    if (!options.trackerOnly) health.start();

    const changes = createMutex();
    const host: PublishingHost = {
      catalog,
      hashThreads: () => settings.current.publish.hashThreads,
      now,
      exclusively: changes,
      hashingTurns: createTurns(),
      async goLive(row) {
        const live = createLive(row, nothingCounted, catalog.verifications.of(row.id));
        try {
          await services.serve(live);
        } catch (error) {
          await services.withdraw(live);
          throw error;
        }
        publications.add(live);
        // a removal of the same is not to be undone any more
        subscriptions.undoableChanged();
        record('info', `published ${row.name}`, live);
      },
      async mend(row, path, files) {
        const live = publications.byId(row.id);
        if (!live) return row;
        const hasBadPieces = (live.verification?.badPieces ?? 0) > 0;
        if (!hasBadPieces && (await health.faultsOf(row.id)).length === 0) return row;
        catalog.relocate(row.id, path, files);
        if (hasBadPieces) {
          const found = { verifiedAt: now(), badPieces: [], files: new Map() };
          catalog.verifications.note(row.id, found);
          publications.update(live, { verification: catalog.verifications.of(row.id) });
        }
        services.verified(live);
        const what =
          row.path === path ? 'its data is as published again' : `served from ${path} now`;
        record('info', `${row.name}: ${what}`, live);
        health.inspectSoon(live);
        return { ...row, path };
      },
    };
    const jobs = new PublishJobs(
      host,
      new HashJournals(home.journalFolder, (trouble) =>
        log.warning('hashing not written down', { error: trouble }),
      ),
      {
        onChange: () => subscriptions.jobsChanged(),
        onTakenUp: (path) => record('info', `publishing ${path} goes on where it was interrupted`),
        onFailure: (path, error, isAwaited) =>
          record(
            isAwaited ? failureLevel(error) : 'error',
            `publishing ${path} failed: ${messageOf(error)}`,
          ),
      },
    );
    stopping.push(() => jobs.stop());
    const adoptions = new AdoptJobs(host, {
      onChange: () => subscriptions.jobsChanged(),
      onFailure: (path, error) =>
        record(failureLevel(error), `adopting ${path} failed: ${messageOf(error)}`),
    });
    stopping.push(() => adoptions.stop());
    const verifyJobs = new VerifyJobs(host, {
      onChange: () => subscriptions.jobsChanged(),
      onVerified(live, kept, { wrongPieces, missingPieces }) {
        publications.update(live, { verification: kept });
        record(...describeVerified(live.row, wrongPieces.length, missingPieces.length), live);
        services.verified(live);
        health.inspectSoon(live);
      },
      onMoved(live, path) {
        record('info', `${live.row.name}: served from ${path} now`, live);
        services.recheck(live);
        health.inspectSoon(live);
      },
      onFailure: (live, path, error) =>
        record(
          failureLevel(error),
          `verifying ${live.row.name} at ${path} failed: ${messageOf(error)}`,
          live,
        ),
    });
    const replaced = new ReplacedContent(async (live, paths) => {
      const { path } = catalog.publication(live.row.id);
      const isWanted = (file: { path: string }) => paths.has(file.path);
      await verifyJobs.verify(randomUUID(), live, path, () => undefined, isWanted);
    });
    stopping.push(() => verifyJobs.stop());
    stopping.push(() => replaced.stop());

    const status = (): EngineStatus => ({
      version,
      protocol: protocolVersion,
      pid: process.pid,
      startedAt,
      home: home.stateDirectory,
      http: services.http,
      udp: services.udp,
      peer: services.peer,
      publicHost: services.links.publicHost,
      peerPortListening: publications.shared.peerPortListening,
      reachability: reachabilityOf(publications.shared),
      ...publications.sums(),
      limit: overallLimit.describe(),
    });

    const control = new ControlServer(
      home.socketFile,
      createRequestHandler({
        onStopRequest: options.onStopRequest,
        settings,
        catalog,
        catalogFile: home.catalogFile,
        publications,
        passkeys,
        subscriptions,
        services,
        health,
        jobs,
        adoptions,
        verifyJobs,
        damagedFiles,
        history,
        undoLog,
        overallLimit,
        saveTotals,
        now,
        record,
        exclusively: changes,
        status,
      }),
      log,
    );
    await control.start();
    stopping.push(() => subscriptions.stop());
    stopping.push(() => control.drain());
    // the last thing to end: a client that asked for the stop waits for it
    stopping.unshift(() => control.stop());

    record('info', `everseed ${version} started`);
    log.info('started', { version, pid: process.pid, publications: publications.size });
    jobs.takeUp().catch((error: unknown) => {
      log.error('interrupted publishing not taken up', { error: messageOf(error) });
    });
    const reportFault = () =>
      record('error', 'everseed itself failed somewhere: see everseed logs');
    const reportSignal = (signal: string) => record('info', `everseed is stopped by ${signal}`);
    return { status, reportFault, reportSignal, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function describeDataChange(
  row: LiveRow,
  faults: DataFault[],
  before: DataFault[],
): [EventRow['level'], string] {
  const [first] = faults;
  if (!first) return ['info', `${row.name}: its data is whole again`];
  const which = faults.length === 1 ? first.path : `${faults.length} files, such as ${first.path}`;
  const level = faults.length > before.length ? 'error' : 'warning';
  return [level, `${row.name}: data ${first.kind}: ${which}`];
}

function describeVerified(
  { name }: LiveRow,
  wrong: number,
  missing: number,
): [EventRow['level'], string] {
  if (wrong + missing === 0) return ['info', `verified ${name}: all of it is good`];
  const isOne = wrong === 1;
  return [
    'error',
    `verified ${name}: ${wrong} ${isOne ? 'piece is' : 'pieces are'} wrong, ${missing} ${missing === 1 ? 'is' : 'are'} missing`,
  ];
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
