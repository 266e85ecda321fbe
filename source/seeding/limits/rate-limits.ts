import { isPrivate } from '../listener/networks.ts';
import type { PeerAddress } from '../listener/peer-address.ts';
import { parseScheduledRate, rateAt, type ScheduledRate } from './schedule.ts';
import { type UploadGate, UploadLimiter } from './upload-limiter.ts';

/** What may be sent; rates in bytes per second, 0 for no limit. */
export interface RateSettings {
  /** To all peers together. */
  uploadRate: number;
  /** To each peer. */
  uploadRatePerPeer: number;
  /** Other rates to all together at certain times; see `parseScheduledRate`. */
  uploadSchedule: readonly string[];
  /**
   * Whether these hold for peers of this machine and its network, too. A publication's own limit
   * always does: who sets it means that publication, and not the line.
   */
  limitLocalPeers: boolean;
}

/** The rates that hold now, by settings and time of day, and whom they hold for. */
export class RateLimits {
  readonly #limiter: UploadLimiter;
  readonly #date: () => number;
  #settings: RateSettings;
  #schedule: readonly ScheduledRate[] = [];

  /** Milliseconds: `now` on a clock that never goes back, `date` since the epoch. */
  constructor(settings: RateSettings, now: () => number, date: () => number) {
    this.#limiter = new UploadLimiter(now);
    this.#date = date;
    this.#settings = settings;
    this.set(settings);
  }

  /** Holds what is sent to these from now on. */
  set(settings: RateSettings): void {
    this.#settings = settings;
    this.#schedule = settings.uploadSchedule
      .map(parseScheduledRate)
      .filter((entry) => entry !== null);
    this.tick();
  }

  /** `rate`: bytes per second to the peers of a publication; null for no limit. */
  limitPublication(id: number, rate: number | null): void {
    this.#limiter.limitPublication(id, rate);
  }

  /** What limits a peer of a publication, which calls `wake` when it may go on. */
  gateFor(id: number, address: PeerAddress, wake: () => void): UploadGate {
    const isLocal = isPrivate(address);
    return this.#limiter.gateFor(id, wake, () => isLocal && !this.#settings.limitLocalPeers);
  }

  /** To be called once a second: another rate may hold at this time of the day. */
  tick(): void {
    const { uploadRate, uploadRatePerPeer } = this.#settings;
    this.#limiter.setLimits({
      overall: rateAt(this.#schedule, uploadRate || null, new Date(this.#date())),
      perPeer: uploadRatePerPeer || null,
    });
  }

  stop(): void {
    this.#limiter.stop();
  }
}
