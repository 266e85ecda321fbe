import { formatBytes } from '../../source/format/units.ts';
import type { Measured } from './measure.ts';

/** One contender is to be at least so many times as fast as another. */
export interface Goal {
  who: string;
  than: string;
  least: number;
}

/** The runs as a Markdown table of medians, and which goals they meet. */
export function reportOf(
  runs: ReadonlyMap<string, readonly Measured[]>,
  bytes: number,
  goals: readonly Goal[],
): string {
  const secondsOf = (name: string) => median((runs.get(name) ?? []).map((run) => run.seconds));
  const rows = [...runs].map(([name, measured]) => {
    const seconds = secondsOf(name);
    const all = measured.map((run) => run.seconds);
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
  const table = [
    ['', 'seconds', 'least to most', 'CPU seconds', 'GB/s', 'peak memory'],
    ['---', '---:', '---:', '---:', '---:', '---:'],
    ...rows,
  ].map((cells) => `| ${cells.join(' | ')} |`);
  const verdicts = goals
    .filter(({ who, than }) => runs.has(who) && runs.has(than))
    .map(({ who, than, least }) => {
      const times = secondsOf(than) / secondsOf(who);
      const verdict = times >= least ? 'met' : 'not met';
      return `- ${who}: ${times.toFixed(2)} times ${than}; at least ${least} wanted: ${verdict}`;
    });
  return `${[...table, '', ...verdicts].join('\n')}\n`;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
