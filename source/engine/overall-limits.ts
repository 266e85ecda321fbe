import type { OverallLimit } from '../control/engine.ts';
import { limitsAt, parseScheduledLimit } from '../seeding/limits/schedule.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Services } from './services.ts';

interface OverallLimitsOptions {
  settings: LiveSettings;
  services: Pick<Services, 'setLimits'>;
  /** What holds now is not what it was. */
  onChange(): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The finest that a schedule tells times. */
const minuteMs = 60_000;

const setting = 'seeding.uploadRate';

/** What all peers together may be sent: the settings, and which of them holds now. */
export class OverallLimits {
  readonly #options: OverallLimitsOptions;
  readonly #timer: NodeJS.Timeout;
  #told: number | null;

  constructor(options: OverallLimitsOptions) {
    this.#options = options;
    this.#told = this.describe().now;
    this.#timer = setInterval(() => this.#tell(), minuteMs);
  }

  describe(): OverallLimit {
    const { settings, now } = this.#options;
    const { uploadRate, uploadSchedule } = settings.current.seeding;
    const usual = uploadRate === 0 ? null : uploadRate;
    const lines = uploadSchedule.map(parseScheduledLimit).filter((line) => line !== null);
    const { overall } = limitsAt(lines, { overall: usual, perPeer: null }, new Date(now()));
    return { now: overall, usual, schedule: uploadSchedule };
  }

  /** Changes what holds where the schedule says nothing else: bytes per second, null for no limit. */
  set(limit: number | null): void {
    this.#options.settings.set(setting, String(limit ?? 0));
    this.apply();
  }

  /** Takes up what the settings say by now. */
  apply(): void {
    const { services, settings } = this.#options;
    services.setLimits(settings.current.seeding);
    this.#tell();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    const { now } = this.describe();
    if (now === this.#told) return;
    this.#told = now;
    this.#options.onChange();
  }
}
