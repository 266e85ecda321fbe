import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../catalog/catalog.ts';
import { Disks } from '../disks/disks.ts';
import { messageOf } from '../errors.ts';
import type { DataFault } from '../health/assess.ts';
import { inspectData } from '../health/inspect-data.ts';
import type { Log } from '../log/log.ts';
import { outsideTrackersOf } from './outside-trackers.ts';
import type { LivePublication, Publications } from './publications.ts';
import type { SharedFacts } from './reachability.ts';
import type { Services } from './services.ts';

/** Every publication is looked at this often, spread evenly. */
const roundMs = 60 * 1000;

/** Many publications are looked at some at once, this far apart. */
const pauseMs = 250;

/** Looks at one disk at one time; each takes a thread if the disk does not answer. */
const looksAtOnce = 2;
const mostGivenUp = 3;

/** A look this recent is fresh enough for someone who asks. */
const freshMs = 2_000;

const connectTimeoutMs = 2_000;

export interface HealthMonitorOptions {
  catalog: Catalog;
  publications: Publications;
  services: Pick<Services, 'peer' | 'trackerLists' | 'outsideTrackers' | 'portMapping'>;
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

/** Measures the facts that health is judged by: one publication after the other, round and round. */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  readonly #stopped = new AbortController();
  readonly #disks = new Disks({ atOnce: looksAtOnce, mostGivenUp });
  readonly #inspecting = new Map<LivePublication, Promise<void>>();
  #round: Promise<void> = Promise.resolve();

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
  }

  /** Goes round and round until `stop`. */
  start(): void {
    this.#round = this.#run();
  }

  /** Resolves when what was begun has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#disks.stop();
    await this.#round;
  }

  async #run(): Promise<void> {
    const { publications, now } = this.#options;
    // what happened while no engine ran is to be known at once
    for (const live of [...publications.all()]) {
      if (this.#stopped.signal.aborted) return;
      await this.inspect(live);
    }
    while (!this.#stopped.signal.aborted) {
      const began = now();
      await this.checkReach();
      const round = [...publications.all()];
      const atOnce = Math.ceil((round.length * pauseMs) / roundMs);
      for (let start = 0; start < round.length; start += atOnce) {
        if (this.#stopped.signal.aborted) return;
        const some = round.slice(start, start + atOnce);
        await Promise.all(some.map((live) => this.inspect(live)));
        await this.#pause((roundMs * some.length) / round.length);
      }
      await this.#pause(Math.max(0, Math.min(roundMs, began + roundMs - now())));
    }
  }

  /** The faults of a publication's data as they are now. */
  faultsOf(id: number): Promise<DataFault[]> {
    return inspectData(id, this.#options.catalog.files(id), this.#disks);
  }

  /** Looks at a publication when the present round allows, for the sake of what has just happened. */
  inspectSoon(live: LivePublication): void {
    live.inspectedAt = Number.NEGATIVE_INFINITY;
    // however much happens to it, it is one look
    if (this.#inspecting.has(live)) return;
    void this.inspect(live);
  }

  /**
   * Looks at one publication now, unless that was done a moment ago; one look at a time. What
   * cannot be measured is logged, and taken for bad news.
   */
  async inspect(live: LivePublication): Promise<void> {
    const { publications, now } = this.#options;
    const underWay = this.#inspecting.get(live);
    if (underWay) return await underWay;
    if (publications.byId(live.row.id) !== live || now() - live.inspectedAt < freshMs) return;
    const look = this.#look(live).finally(() => this.#inspecting.delete(live));
    this.#inspecting.set(live, look);
    await look;
  }

  async #look(live: LivePublication): Promise<void> {
    const { publications, services, log, now } = this.#options;
    try {
      const faults = await this.faultsOf(live.row.id);
      if (this.#stopped.signal.aborted) return;
      // while it is paused the everseed is not to be found, and nobody asks why
      const trackerLists =
        live.row.state === 'paused' || (await services.trackerLists(live).catch(() => false));
      const trackers = await services.outsideTrackers(live).catch(() => []);
      const outsideTrackers = outsideTrackersOf(trackers, live.outsideTrackers);
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
