import type { TrackerState, TrackerSummary } from '../control/discovery.ts';
import type { OutsideTracker } from '../health/assess.ts';

/** What a state says about a tracker; null of those that are not, or need not be, announced to. */
const verdicts: Record<TrackerState, OutsideTracker['verdict'] | 'as before' | null> = {
  waiting: 'unknown',
  announcing: 'as before',
  working: 'answers',
  overdue: 'late',
  failing: 'fails',
  refused: 'fails',
  standby: null,
  own: null,
  unsupported: null,
  paused: null,
};

/** How trackers stand for health, which they do as `before` while they are being asked. */
export function outsideTrackersOf(
  trackers: readonly TrackerSummary[],
  before: readonly OutsideTracker[],
): OutsideTracker[] {
  return trackers.flatMap((tracker): OutsideTracker[] => {
    const { url, state, message, lastAnnounce, overdueSince = null } = tracker;
    const verdict = verdicts[state];
    if (verdict === null) return [];
    if (verdict !== 'as before') {
      const problem = verdict === 'fails' ? message : null;
      return [{ url, verdict, message: problem, askedAt: lastAnnounce, overdueSince }];
    }
    const known = before.find((one) => one.url === url);
    const nothing = { message: null, askedAt: null, overdueSince: null };
    return [known ?? { url, verdict: 'unknown', ...nothing }];
  });
}
