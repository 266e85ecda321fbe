import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../catalog/catalog.ts';
import { Disks } from '../disks/disks.ts';
import { messageOf } from '../errors.ts';
import type { DataFault } from '../health/assess.ts';
import { inspectData } from '../health/inspect-data.ts';
import type { Log } from '../log/log.ts';
import { divideRound } from './look-rounds.ts';
import { outsideTrackersOf } from './outside-trackers.ts';
import type { LivePublication, Publications } from './publications.ts';
import type { SharedFacts } from './reachability.ts';
import type { Services } from './services.ts';

/** How often it is looked at whether peers can connect. */
const reachIntervalMs = 60 * 1000;

/** However many are to be looked at, no more than these are at one time. */
const mostTogether = 250;

/** While an engine with thousands starts, those who ask for them come first: so long after as many. */
const firstRestMs = 300;

/** Looks at one disk at one time; each takes a thread if the disk does not answer. */
const looksAtOnce = 2;
const mostGivenUp = 3;

/** A look this recent is fresh enough for someone who asks. */
const freshMs = 2_000;

const connectTimeoutMs = 2_000;

export interface HealthMonitorOptions {
  catalog: Catalog;
  publications: Publications;
  services: Pick<Services, 'peer' | 'unlisted' | 'outsideTrackers' | 'portMapping'>;
  /** Told whether, as far as can be told from here, people elsewhere can connect. */
  onReach(change: Partial<SharedFacts>): void;
  /** Told when the faults in a publication's data are others than before. */
  onDataChange(live: LivePublication, faults: DataFault[], before: DataFault[]): void;
  log: Log;
  /** Milliseconds, of a clock that is never set back. */
  now(): number;
  /** Milliseconds since the epoch. */
  date(): number;
}

type OutsideTrackers = Awaited<ReturnType<Services['outsideTrackers']>>;

/** Measures the facts that health is judged by: some publications after the others, round and round. */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  readonly #stopped = new AbortController();
  readonly #disks = new Disks({ atOnce: looksAtOnce, mostGivenUp });
  readonly #inspecting = new Map<LivePublication, Promise<void>>();
  /** To be looked at again after that, for what happened meanwhile. */
  readonly #again = new Set<LivePublication>();
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
  }

  /** Goes round and round until `stop`. */
  start(): void {
    this.#running = Promise.all([this.#run(), this.#watchReach()]);
  }

  /** Resolves when what was begun has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#disks.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { publications } = this.#options;
    // what happened while no engine ran is to be known soon
    await this.#inspectInParts([...publications.all()], firstRestMs);
    while (!this.#stopped.signal.aborted) {
      for (const { list, restMs } of divideRound(publications.all())) {
        if (this.#stopped.signal.aborted) return;
        await this.inspect(list);
        await this.#pause(restMs);
      }
    }
  }

  async #watchReach(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.checkReach();
      await this.#pause(reachIntervalMs);
    }
  }

  /** The faults of a publication's data as they are now. */
  faultsOf(id: number): Promise<DataFault[]> {
    return inspectData(id, this.#options.catalog.files(id), this.#disks);
  }

  /** Looks at a publication when the present round allows, for the sake of what has just happened. */
  inspectSoon(live: LivePublication): void {
    live.inspectedAt = Number.NEGATIVE_INFINITY;
    // however much happens to it, it is one more look
    if (this.#inspecting.has(live)) this.#again.add(live);
    else void this.inspect([live]);
  }

  /**
   * Looks at publications now, but for those that were a moment ago; each once at a time. What
   * cannot be measured is logged, and taken for bad news.
   */
  async inspect(list: readonly LivePublication[]): Promise<void> {
    await this.#inspectInParts(list, 0);
  }

  async #inspectInParts(list: readonly LivePublication[], restMs: number): Promise<void> {
    for (let start = 0; start < list.length; start += mostTogether) {
      if (start > 0 && restMs > 0) await this.#pause(restMs);
      if (this.#stopped.signal.aborted) return;
      await this.#inspectTogether(list.slice(start, start + mostTogether));
    }
  }

  async #inspectTogether(list: readonly LivePublication[]): Promise<void> {
    const due = list.filter((live) => this.#isDue(live));
    const unlisted = this.#unlisted(due);
    const trackers = this.#options.services.outsideTrackers(due).catch(() => null);
    for (const live of due) {
      const look = this.#look(live, unlisted, trackers).finally(() => {
        this.#inspecting.delete(live);
        if (this.#again.delete(live)) this.inspectSoon(live);
      });
      this.#inspecting.set(live, look);
    }
    await Promise.all(list.map((live) => this.#inspecting.get(live)));
  }

  #isDue(live: LivePublication): boolean {
    const { publications, now } = this.#options;
    if (this.#inspecting.has(live) || publications.byId(live.row.id) !== live) return false;
    return now() - live.inspectedAt >= freshMs;
  }

  /** Those for which the tracker does not name the everseed; all, when it cannot be asked. */
  async #unlisted(list: readonly LivePublication[]): Promise<ReadonlySet<LivePublication>> {
    // while it is paused the everseed is not to be found, and nobody asks why
    const asked = list.filter(({ row }) => row.state !== 'paused');
    if (asked.length === 0) return new Set();
    return new Set(await this.#options.services.unlisted(asked).catch(() => asked));
  }

  async #look(
    live: LivePublication,
    unlisted: Promise<ReadonlySet<LivePublication>>,
    trackers: Promise<OutsideTrackers | null>,
  ): Promise<void> {
    const { publications, log, now } = this.#options;
    try {
      const faults = await this.faultsOf(live.row.id);
      if (this.#stopped.signal.aborted) return;
      const trackerLists = !(await unlisted).has(live);
      const outside = (await trackers)?.get(live) ?? [];
      const outsideTrackers = outsideTrackersOf(outside, live.outsideTrackers);
      live.inspectedAt = now();
      live.lookedAt = this.#options.date();
      if (publications.byId(live.row.id) !== live) return;
      const before = live.dataFaults ?? [];
      const sameData = isDeepStrictEqual(faults, before);
      const sameTrackers =
        trackerLists === live.trackerLists &&
        isDeepStrictEqual(outsideTrackers, live.outsideTrackers);
      if (!sameData || !live.dataFaults || !sameTrackers) {
        publications.update(live, { dataFaults: faults, trackerLists, outsideTrackers });
      }
      if (!sameData) this.#options.onDataChange(live, faults, before);
    } catch (error) {
      log.error('health not measured', { publication: live.row.id, error: messageOf(error) });
    }
  }

  /** Connects to the peer port as a peer would, and asks after what the router passes on. */
  async checkReach(): Promise<void> {
    const { services, onReach, date, log } = this.#options;
    const { host, port } = services.peer;
    const peerPortListening = await accepts(host === '0.0.0.0' ? '127.0.0.1' : host, port);
    onReach({ peerPortListening, peerPortTriedAt: date() });
    try {
      const mapping = await services.portMapping();
      const isMapped = mapping?.mapped.some((one) => one.protocol === 'tcp' && one.port === port);
      onReach({
        peerPortMapped: mapping?.router ? isMapped === true : null,
        mappingProblem: isMapped ? null : (mapping?.problem ?? null),
        mappingKnownAt: date(),
      });
    } catch (error) {
      // it is restarting: the next round will tell
      log.warning('port mapping not known', { error: messageOf(error) });
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#stopped;
    // aborted is how it is meant to end
    await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: connectTimeoutMs });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}
