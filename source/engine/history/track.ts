import type { HistoryRange } from '../../control/engine.ts';
import { historyRangeNames, historyRanges } from './ranges.ts';
import { type Sample, SparseSeries } from './sparse-series.ts';

interface Level {
  series: SparseSeries;
  /** Sums of the step under way. */
  sum: Sample;
}

/** What was measured of one publication, or of all together, in every range. */
export class Track {
  readonly #levels = Object.fromEntries(
    historyRangeNames.map((range): [HistoryRange, Level] => [
      range,
      {
        series: new SparseSeries(historyRanges[range].steps),
        sum: { uploadRate: 0, peers: 0 },
      },
    ]),
  ) as Record<HistoryRange, Level>;

  /** Counts a sample towards the step that is under way in each range. */
  add({ uploadRate, peers }: Sample): void {
    for (const range of historyRangeNames) {
      const { sum } = this.#levels[range];
      sum.uploadRate += uploadRate;
      sum.peers += peers;
    }
  }

  /** The means of the step under way in a range, which has so many samples; null for nothing. */
  mean(range: HistoryRange, samples: number): Sample | null {
    const { sum } = this.#levels[range];
    if (sum.uploadRate === 0 && sum.peers === 0) return null;
    return { uploadRate: sum.uploadRate / samples, peers: sum.peers / samples };
  }

  /** Ends the step under way in a range; of a step of nothing, null. */
  endStep(range: HistoryRange, step: number, mean: Sample | null): void {
    const { series, sum } = this.#levels[range];
    if (mean) series.push(step, mean);
    else series.forgetBefore(step - historyRanges[range].steps + 1);
    sum.uploadRate = 0;
    sum.peers = 0;
  }

  /** Goes on with a step of a range that has so many samples of this mean already. */
  resume(range: HistoryRange, mean: Sample, samples: number): void {
    const { sum } = this.#levels[range];
    sum.uploadRate += mean.uploadRate * samples;
    sum.peers += mean.peers * samples;
  }

  /** Nothing is kept of it in any range, and nothing is under way. */
  get isEmpty(): boolean {
    return historyRangeNames.every((range) => {
      const { series, sum } = this.#levels[range];
      return series.size === 0 && sum.uploadRate === 0 && sum.peers === 0;
    });
  }

  series(range: HistoryRange): SparseSeries {
    return this.#levels[range].series;
  }
}
