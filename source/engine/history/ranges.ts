import type { HistoryRange } from '../../control/engine.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How finely each range is kept: so many steps, each so long, in milliseconds. */
export const historyRanges: Record<HistoryRange, { stepMs: number; steps: number }> = {
  '5m': { stepMs: 2 * second, steps: 150 },
  '1h': { stepMs: 20 * second, steps: 180 },
  '24h': { stepMs: 5 * minute, steps: 288 },
  '30d': { stepMs: 2 * hour, steps: 360 },
};

/** Those that outlive the engine. */
export const keptRanges = ['1h', '24h', '30d'] as const satisfies HistoryRange[];

export type KeptRange = (typeof keptRanges)[number];

export const historyRangeNames = Object.keys(historyRanges) as HistoryRange[];
