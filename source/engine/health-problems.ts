import type { HealthProblems, HealthReport, HealthState } from '../control/publications.ts';
import type { LivePublication, Publications } from './publications.ts';

/** From worst to best. */
const states: readonly HealthState[] = [
  'dead',
  'degraded',
  'unreachable',
  'sole-seed',
  'at-risk',
  'healthy',
  'paused',
];

/** What is known already of the publications that are not healthy; nothing is looked at for it. */
export function problemsOf(
  publications: Pick<Publications, 'all' | 'health'>,
  limit: number,
  report: (live: LivePublication) => HealthReport,
): HealthProblems {
  const byState = new Map<HealthState, LivePublication[]>(states.map((state) => [state, []]));
  const damagedWhilePaused: LivePublication[] = [];
  for (const live of publications.all()) {
    const { state, reasons } = publications.health(live);
    byState.get(state)?.push(live);
    if (state === 'paused' && reasons.length > 1) damagedWhilePaused.push(live);
  }
  const troubled = [
    ...states
      .filter((state) => state !== 'healthy' && state !== 'paused')
      .flatMap((state) => byState.get(state) ?? []),
    ...damagedWhilePaused,
  ];
  const counts = Object.fromEntries(
    states.map((state) => [state, byState.get(state)?.length ?? 0]),
  ) as Record<HealthState, number>;
  return { counts, total: troubled.length, reports: troubled.slice(0, limit).map(report) };
}
