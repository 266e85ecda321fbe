import type { Activity, HistoryRange, HistoryReport } from '../../control/engine.ts';
import { historyRangeNames, historyRanges, type KeptRange, keptRanges } from './ranges.ts';
import type { Sample } from './sparse-series.ts';
import { allTogether, type MeasuredStep } from './step-log.ts';
import { Track } from './track.ts';

/** How often a sample is to be taken: twice a step, so that timers that drift leave none without. */
export const sampleIntervalMs = historyRanges['5m'].stepMs / 2;

const dayMs = 24 * 60 * 60 * 1_000;

const nothing: Sample = { uploadRate: 0, peers: 0 };

/** How many points `activity` has, and of how many steps each is the mean. */
const activityPoints = 16;
const stepsPerPoint = 5;

/** Bytes sent on a day, by number of days since the epoch (UTC). */
export type UploadedByDay = ReadonlyMap<number, number>;

/** A publication as it is sampled. */
export interface Sampled extends Sample {
  id: number;
}

/**
 * Upload rate and peers over time, of each publication and of all together, at four finenesses. In
 * memory, and bounded: what is idle for a range keeps nothing in it, and a publication that is always
 * busy takes 12 KB. Of all together every step that was measured is kept, by which it is known which
 * were.
 */
export class History {
  readonly #tracks = new Map<number, Track>();
  readonly #total = new Track();
  /** The step under way in each range, and the samples it has. */
  readonly #current: Record<HistoryRange, { step: number; samples: number }>;
  /** What was measured and not taken yet, the oldest first. */
  readonly #measured: Record<KeptRange, MeasuredStep[]> = { '1h': [], '24h': [], '30d': [] };

  constructor(now: number) {
    this.#current = Object.fromEntries(
      historyRangeNames.map((range) => [range, { step: stepAt(range, now), samples: 0 }]),
    ) as Record<HistoryRange, { step: number; samples: number }>;
  }

  /**
   * Takes a sample of all publications; those with neither rate nor peers may be left out. Returns
   * whether `activity` has something new to tell.
   */
  sample(now: number, publications: Iterable<Sampled>): boolean {
    const point = this.#activityPoint;
    for (const range of historyRangeNames) this.#advance(range, stepAt(range, now));
    const total = { uploadRate: 0, peers: 0 };
    for (const { id, uploadRate, peers } of publications) {
      if (uploadRate === 0 && peers === 0) continue;
      total.uploadRate += uploadRate;
      total.peers += peers;
      this.#trackOf(id).add({ uploadRate, peers });
    }
    this.#total.add(total);
    for (const range of historyRangeNames) this.#current[range].samples++;
    return this.#activityPoint > point && this.#isActive;
  }

  get #isActive(): boolean {
    return this.#tracks.values().some((track) => track.series('5m').size > 0);
  }

  /**
   * Takes up steps that were measured before, the oldest first, of publications that are known; to
   * be done before the first sample.
   */
  restore(
    range: KeptRange,
    steps: readonly MeasuredStep[],
    isKnown: (id: number) => boolean,
  ): void {
    const current = this.#current[range];
    for (const { step, samples, ids, uploadRates, peers } of steps) {
      // the clock was set back
      if (step > current.step) break;
      const isUnderWay = step === current.step;
      if (isUnderWay) current.samples += samples;
      for (const [index, id] of ids.entries()) {
        if (id !== allTogether && !isKnown(id)) continue;
        const track = this.#trackOf(id);
        const mean = { uploadRate: uploadRates[index] ?? 0, peers: peers[index] ?? 0 };
        if (isUnderWay) track.resume(range, mean, samples);
        else track.endStep(range, step, mean);
      }
    }
  }

  /** The steps of a range that ended since this was called last, the oldest first. */
  takeMeasured(range: KeptRange): MeasuredStep[] {
    const measured = this.#measured[range];
    this.#measured[range] = [];
    return measured;
  }

  /** Has `takeMeasured` give what there is of the steps under way, too. */
  interrupt(): void {
    for (const range of keptRanges) this.#note(range, this.#current[range]);
  }

  /** Lets go of what is known of a publication. */
  forget(id: number): void {
    this.#tracks.delete(id);
  }

  /**
   * A range of one publication, or of all when `id` is null. Steps in which nothing was measured,
   * since no engine ran, are null, unless `byDay` tells what was sent then: it gives the mean of the
   * rest of that day.
   */
  report(
    id: number | null,
    range: HistoryRange,
    now: number,
    byDay: UploadedByDay | null = null,
  ): HistoryReport {
    this.#advance(range, stepAt(range, now));
    const { stepMs, steps } = historyRanges[range];
    // the step under way is not over
    const end = stepAt(range, now);
    const first = end - steps;
    const uploadRate = new Array<number | null>(steps).fill(null);
    const peers = new Array<number | null>(steps).fill(null);
    this.#total.series(range).forEachFrom(first, (step) => {
      // measured before the clock was set back
      if (step >= end) return;
      uploadRate[step - first] = 0;
      peers[step - first] = 0;
    });
    const track = id === null ? this.#total : this.#tracks.get(id);
    track?.series(range).forEachFrom(first, (step, sample) => {
      if (step >= end) return;
      uploadRate[step - first] = Math.round(sample.uploadRate);
      peers[step - first] = Math.round(sample.peers * 100) / 100;
    });
    if (byDay) fillFromDays(uploadRate, { first, stepMs, byDay });
    return { range, from: first * stepMs, stepMs, uploadRate, peers };
  }

  /** The last 160 seconds of all that was busy then. */
  activity(now: number): Activity {
    const range = '5m';
    this.#advance(range, stepAt(range, now));
    const end = Math.floor(stepAt(range, now) / stepsPerPoint);
    const first = end - activityPoints;
    const pointsOf = (track: Track) => {
      const points = new Array<number>(activityPoints).fill(0);
      track.series(range).forEachFrom(first * stepsPerPoint, (step, { uploadRate }) => {
        const point = Math.floor(step / stepsPerPoint) - first;
        if (point < activityPoints)
          points[point] = (points[point] ?? 0) + uploadRate / stepsPerPoint;
      });
      return points.map(Math.round);
    };
    const publications = [...this.#tracks]
      .map(([id, track]) => ({ id, uploadRate: pointsOf(track) }))
      .filter(({ uploadRate }) => uploadRate.some((rate) => rate > 0));
    const stepMs = historyRanges[range].stepMs * stepsPerPoint;
    return { stepMs, total: pointsOf(this.#total), publications };
  }

  get #activityPoint(): number {
    return Math.floor(this.#current['5m'].step / stepsPerPoint);
  }

  /** Ends the step under way when another has begun. */
  #advance(range: HistoryRange, step: number): void {
    const current = this.#current[range];
    if (step <= current.step) return;
    const { samples } = current;
    if (range !== '5m') this.#note(range, current);
    if (samples > 0) {
      this.#total.endStep(range, current.step, this.#total.mean(range, samples) ?? nothing);
    }
    for (const [id, track] of this.#tracks) {
      track.endStep(range, current.step, track.mean(range, samples));
      if (track.isEmpty) this.#tracks.delete(id);
    }
    current.step = step;
    current.samples = 0;
  }

  /** Keeps what was measured in the step under way for whoever writes it down. */
  #note(range: KeptRange, { step, samples }: { step: number; samples: number }): void {
    if (samples === 0) return;
    const means = [...this.#tracks].flatMap(([id, track]) => {
      const mean = track.mean(range, samples);
      return mean ? [{ id, mean }] : [];
    });
    means.push({ id: allTogether, mean: this.#total.mean(range, samples) ?? nothing });
    const measured = this.#measured[range];
    measured.push({
      step,
      samples,
      ids: Uint32Array.from(means, ({ id }) => id),
      uploadRates: Float32Array.from(means, ({ mean }) => mean.uploadRate),
      peers: Float32Array.from(means, ({ mean }) => mean.peers),
    });
    // nobody takes them while the disk is full, say
    if (measured.length > historyRanges[range].steps) measured.shift();
  }

  #trackOf(id: number): Track {
    if (id === allTogether) return this.#total;
    const known = this.#tracks.get(id);
    if (known) return known;
    const track = new Track();
    this.#tracks.set(id, track);
    return track;
  }
}

function stepAt(range: HistoryRange, at: number): number {
  return Math.floor(at / historyRanges[range].stepMs);
}

/** What a day's steps do not account for was sent in those of its steps that are not known. */
function fillFromDays(
  rates: (number | null)[],
  { first, stepMs, byDay }: { first: number; stepMs: number; byDay: UploadedByDay },
): void {
  const dayOf = (index: number) => Math.floor(((first + index) * stepMs) / dayMs);
  const seconds = stepMs / 1_000;
  for (const [day, uploaded] of byDay) {
    const indexes = rates
      .keys()
      .filter((index) => dayOf(index) === day)
      .toArray();
    const unknown = indexes.filter((index) => rates[index] === null);
    const accounted = indexes.reduce((sum, index) => sum + (rates[index] ?? 0) * seconds, 0);
    const rate = Math.max(0, uploaded - accounted) / (unknown.length * seconds);
    for (const index of unknown) rates[index] = Math.round(rate);
  }
  // the days that nothing is written of had nothing to write
  const [firstDay] = [...byDay.keys()].sort((a, b) => a - b);
  if (firstDay === undefined) return;
  for (const index of rates.keys()) {
    if (rates[index] === null && dayOf(index) > firstDay) rates[index] = 0;
  }
}
