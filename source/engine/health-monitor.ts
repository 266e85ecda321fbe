import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalog } from '../catalog/catalog.ts';
import type { DataFault } from '../health/assess.ts';
import { inspectData } from '../health/inspect-data.ts';
import type { LivePublication, Publications } from './publications.ts';
import type { Services } from './services.ts';

/** Every publication is looked at this often, spread evenly. */
const roundMs = 5 * 60 * 1000;

/** Between two looks at least this much, so that few publications are not looked at in a spin. */
const pauseMs = 250;

/** A look this recent is fresh enough for someone who asks. */
const freshMs = 2_000;

const connectTimeoutMs = 2_000;

export interface HealthMonitorOptions {
  catalog: Catalog;
  publications: Publications;
  services: Pick<Services, 'peer' | 'trackerLists'>;
  /** Told when the faults in a publication's data are others than before. */
  onDataChange(live: LivePublication, faults: DataFault[], before: DataFault[]): void;
  now(): number;
}

/** Measures the facts that health is judged by: one publication after the other, round and round. */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  readonly #stopped = new AbortController();

  constructor(options: HealthMonitorOptions) {
    this.#options = options;
  }

  /** Goes round until `stop`. */
  async run(): Promise<void> {
    const { publications, now } = this.#options;
    while (!this.#stopped.signal.aborted) {
      const began = now();
      await this.checkPeerPort();
      const round = [...publications.all()];
      for (const live of round) {
        if (this.#stopped.signal.aborted) return;
        if (publications.byId(live.row.id) === live) await this.inspect(live);
        await this.#pause(Math.max(pauseMs, roundMs / round.length));
      }
      await this.#pause(Math.max(0, Math.min(roundMs, began + roundMs - now())));
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Looks at one publication now, unless that was done a moment ago. */
  async inspect(live: LivePublication): Promise<void> {
    const { catalog, publications, now } = this.#options;
    if (now() - live.inspectedAt < freshMs) return;
    live.inspectedAt = now();
    await this.#inspectData(live, await inspectData(catalog.files(live.row.id)));
    const trackerLists = await this.#options.services.trackerLists(live.infoHashHex);
    if (trackerLists !== live.trackerLists) publications.update(live, { trackerLists });
  }

  async #inspectData(live: LivePublication, faults: DataFault[]): Promise<void> {
    const before = live.dataFaults ?? [];
    const same = JSON.stringify(faults) === JSON.stringify(before);
    if (same && live.dataFaults) return;
    this.#options.publications.update(live, { dataFaults: faults });
    if (!same) this.#options.onDataChange(live, faults, before);
  }

  /** Connects to the peer port as a peer would. */
  async checkPeerPort(): Promise<void> {
    const { publications, services } = this.#options;
    const { host, port } = services.peer;
    const listening = await accepts(host === '0.0.0.0' ? '127.0.0.1' : host, port);
    if (listening === publications.shared.peerPortListening) return;
    publications.shared = { peerPortListening: listening };
    for (const live of publications.all()) publications.update(live, {});
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
