import { allWithinMs } from './host-gate.ts';
import type { Announced, Tier, TierTracker } from './tier.ts';

/**
 * How a tracker of a publication stands:
 * `waiting`: its first announce is still to come; `announcing`: it is under way; `working`: it
 * answered; `standby`: another one of its tier answers; `failing`: it did not answer, or refused,
 * and is tried again; `refused`: it never wants to be asked again; `overdue`: its announce should
 * have been sent, and was not; `own`: it is this everseed's, and knows without being told;
 * `unsupported`: announces cannot be sent by this protocol.
 */
export type TrackerState =
  | 'waiting'
  | 'announcing'
  | 'working'
  | 'standby'
  | 'failing'
  | 'refused'
  | 'overdue'
  | 'own'
  | 'unsupported';

/** Times in milliseconds since the epoch. */
export interface TrackerRow {
  url: string;
  tier: number;
  state: TrackerState;
  lastAnnounce: number | null;
  nextAnnounce: number | null;
  /** Since when an announce is overdue; null when none is. */
  overdueSince: number | null;
  /** The tracker's warning, or why the last announce failed. */
  message: string | null;
  /** As the tracker counts, the everseed itself among them; null when it did not say. */
  seeds: number | null;
  leechers: number | null;
}

/**
 * An announce that has not begun so long after its time is overdue; of first ones, of which thousands
 * may begin at the same time, when all should have begun.
 */
const overdueMs = 60_000;
const firstOverdueMs = allWithinMs + overdueMs;

interface Times {
  /** The schedule's clock. */
  now: number;
  /** The same moment, since the epoch. */
  date: number;
}

/** All trackers of a publication, by tiers. */
export function rowsOf(publication: Announced, times: Times): TrackerRow[] {
  const announced = publication.tiers.flatMap((tier) =>
    tier.trackers.map((one) => rowOf(tier, one, times)),
  );
  const left = publication.left.map((one) => ({
    ...one,
    lastAnnounce: null,
    nextAnnounce: null,
    overdueSince: null,
    message: null,
    seeds: null,
    leechers: null,
  }));
  return [...announced, ...left].sort((a, b) => a.tier - b.tier);
}

function rowOf(tier: Tier, one: TierTracker, { now, date }: Times): TrackerRow {
  const isNext = one === tier.current;
  const { gate } = one.tracker;
  const { down } = gate;
  const isWaiting = isNext && tier.phaseOfWork === 'waiting';
  const isHeld = isWaiting && down !== null;
  const nextAt = isWaiting ? gate.turnAt(tier.turn, now) : tier.dueAt;
  const state = isHeld ? 'failing' : stateOf(tier, one, isNext, now);
  return {
    url: one.tracker.url.text,
    tier: tier.index,
    state,
    lastAnnounce: one.lastAnnounceAt,
    nextAnnounce: isNext && Number.isFinite(nextAt) ? Math.round(date + nextAt - now) : null,
    overdueSince: state === 'overdue' ? Math.round(date + tier.dueAt - now) : null,
    message: isHeld ? down.problem : one.message,
    seeds: one.seeds,
    leechers: one.leechers,
  };
}

function stateOf(tier: Tier, one: TierTracker, isNext: boolean, now: number): TrackerState {
  if (one.outcome === 'never-again') return 'refused';
  if (isNext && tier.phaseOfWork === 'announcing') return 'announcing';
  if (one.outcome === 'failed') return 'failing';
  if (!isNext) return tier.trackers.some(({ isStarted }) => isStarted) ? 'standby' : 'waiting';
  const isFirst = one.outcome === 'none';
  if (now - tier.dueAt > (isFirst ? firstOverdueMs : overdueMs)) return 'overdue';
  return isFirst ? 'waiting' : 'working';
}
