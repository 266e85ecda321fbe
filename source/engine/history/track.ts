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

  /** Ends a step of a range that had so many samples, those of nothing included. */
  endStep(range: HistoryRange, step: number, samples: number): void {
    const { series, sum } = this.#levels[range];
    if (sum.uploadRate > 0 || sum.peers > 0) {
      series.push(step, { uploadRate: sum.uploadRate / samples, peers: sum.peers / samples });
      sum.uploadRate = 0;
      sum.peers = 0;
    } else {
      series.forgetBefore(step - historyRanges[range].steps + 1);
    }
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
