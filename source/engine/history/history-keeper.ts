import { join } from 'node:path';
import type { History } from './history.ts';
import { historyRanges, keptRanges } from './ranges.ts';
import { StepLog } from './step-log.ts';

/** How often what was measured is written down; a crash loses no more than that. */
const saveEveryMs = 5 * 60 * 1_000;

interface HistoryKeeperOptions {
  history: History;
  /** Where it is kept; made when there is something to keep. */
  folder: string;
  onTrouble(error: unknown): void;
}

/** Keeps the longer ranges of the history on disk, so that they outlive the engine. */
export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions;
  readonly #logs;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
    this.#logs = keptRanges.map((range) => ({
      range,
      log: new StepLog(join(options.folder, range), historyRanges[range].steps),
    }));
  }

  /** Takes up what was kept of these publications, and goes on keeping. */
  async start(isKnown: (id: number) => boolean): Promise<void> {
    const { history, onTrouble } = this.#options;
    for (const { range, log } of this.#logs) {
      try {
        history.restore(range, await log.load(), isKnown);
      } catch (error) {
        // it is worth no more than a gap in a graph
        onTrouble(error);
      }
    }
    this.#timer = setInterval(() => this.#save(), saveEveryMs);
  }

  /** Writes down the steps under way, too. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#options.history.interrupt();
    this.#save();
    await this.#saving;
  }

  #save(): void {
    const { history, onTrouble } = this.#options;
    this.#saving = this.#saving.then(async () => {
      for (const { range, log } of this.#logs) {
        try {
          await log.append(history.takeMeasured(range));
        } catch (error) {
          onTrouble(error);
        }
      }
    });
  }
}
