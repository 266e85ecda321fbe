import type { EngineEvent } from '../../control/engine.ts';
import type { EngineState, WatchedPublication } from './engine-state.ts';

/** The events of a publication, the newest first: those fetched, and what has happened since. */
export function eventsOf(
  { id, events }: Pick<WatchedPublication, 'id' | 'events'>,
  live: readonly EngineEvent[],
): EngineEvent[] {
  const fetched = events ?? [];
  const last = fetched.at(-1)?.id ?? 0;
  const since = live.filter((event) => event.publication === id && event.id > last);
  return [...fetched, ...since].reverse();
}

/** How many errors no user has seen yet. */
export function unreadErrors({
  events,
  eventsReadTo,
}: Pick<EngineState, 'events' | 'eventsReadTo'>): number {
  return events.filter(({ id, level }) => level === 'error' && id > eventsReadTo).length;
}
