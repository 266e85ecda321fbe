import { isLoopback, isPrivate } from '../listener/networks.ts';
import { addressGroup, type PeerAddress } from '../listener/peer-address.ts';
import { limitsAt, parseScheduledLimit, shareOf } from './schedule.ts';
import { type UploadGate, UploadLimiter } from './upload-limiter.ts';

/** What may be sent; rates in bytes per second, 0 for no limit. */
export interface RateSettings {
  /** To all peers together. */
  uploadRate: number;
  /** To each peer: to all connections of an address, but on this machine, to each. */
  uploadRatePerPeer: number;
  /** Other rates at certain times; see `parseScheduledLimit`. */
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
  #schedule: readonly NonNullable<ReturnType<typeof parseScheduledLimit>>[] = [];
  /** The publications' own limits, of which the schedule may leave a share. */
  readonly #publications = new Map<number, number>();
  #share = 1;

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
      .map(parseScheduledLimit)
      .filter((entry) => entry !== null);
    this.tick();
  }

  /** `rate`: bytes per second to the peers of a publication; null for no limit. */
  limitPublication(id: number, rate: number | null): void {
    if (rate === null) this.#publications.delete(id);
    else this.#publications.set(id, rate);
    this.#limiter.limitPublication(id, shareOf(rate, this.#share));
  }

  /** What limits a peer of a publication, which calls `wake` when it may go on. */
  gateFor(id: number, address: PeerAddress, wake: () => void): UploadGate {
    const isLocal = isPrivate(address);
    return this.#limiter.gateFor(id, {
      wake,
      address: isLoopback(address) ? null : addressGroup(address.host),
      isExempt: () => isLocal && !this.#settings.limitLocalPeers,
    });
  }

  /** To be called once a second: another rate may hold at this time of the day. */
  tick(): void {
    const { uploadRate, uploadRatePerPeer } = this.#settings;
    const usual = { overall: uploadRate || null, perPeer: uploadRatePerPeer || null };
    const { share, ...rates } = limitsAt(this.#schedule, usual, new Date(this.#date()));
    this.#limiter.setLimits(rates);
    if (share === this.#share) return;
    this.#share = share;
    for (const [id, rate] of this.#publications) this.limitPublication(id, rate);
  }

  stop(): void {
    this.#limiter.stop();
  }
}
