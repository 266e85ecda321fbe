import { formatBytes } from '../../source/format/units.ts';
import { median } from '../measuring/median.ts';
import { goalText, tableOf as markdownOf } from '../measuring/report.ts';
import type { Measured } from './measure.ts';

/** One contender is to be at least so many times as fast as another. */
export interface SpeedGoal {
  who: string;
  than: string;
  least: number;
}

/** A contender is to take no more memory for each of its threads, above an idle process. */
export interface MemoryGoal {
  who: string;
  threads: number;
  /** What an idle process takes, in bytes. */
  idle: number;
  /** Bytes a thread. */
  most: number;
}

/** What the runs of every contender came to, by its name. */
export type Runs = ReadonlyMap<string, readonly Measured[]>;

/** The runs as a Markdown table of medians. */
export function tableOf(runs: Runs, bytes: number): string {
  const rows = [...runs].map(([name, measured]) => {
    const all = measured.map((run) => run.seconds);
    const seconds = median(all);
    return [
      ...[
        name,
        seconds.toFixed(2),
        `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}`,
      ],
      median(measured.map((run) => run.cpuSeconds)).toFixed(2),
      (bytes / seconds / 1e9).toFixed(2),
      formatBytes(median(measured.map((run) => run.peakMemory))),
    ];
  });
  const heads = ['', 'seconds', 'least to most', 'CPU seconds', 'GB/s', 'peak memory'];
  return `${markdownOf([heads, ...rows])}\n`;
}

/** Which goals the runs meet, a line each; of those that took part. */
export function speedVerdicts(runs: Runs, goals: readonly SpeedGoal[]): string[] {
  const secondsOf = (name: string) => median((runs.get(name) ?? []).map((run) => run.seconds));
  return goals
    .filter(({ who, than }) => runs.has(who) && runs.has(than))
    .map(({ who, than, least }) => {
      const times = secondsOf(than) / secondsOf(who);
      const measured = `${who}: ${times.toFixed(2)} times ${than}`;
      return goalText(measured, `at least ${least}`, times >= least);
    });
}

/** The same for goals of memory. */
export function memoryVerdicts(runs: Runs, goals: readonly MemoryGoal[]): string[] {
  return goals
    .filter(({ who }) => runs.has(who))
    .map(({ who, threads, idle, most }) => {
      const peak = median((runs.get(who) ?? []).map((run) => run.peakMemory));
      const each = (peak - idle) / threads;
      const measured = `${who}: ${formatBytes(each)} a thread above an idle process (${formatBytes(idle)})`;
      return goalText(measured, `at most ${formatBytes(most)}`, each <= most);
    });
}
