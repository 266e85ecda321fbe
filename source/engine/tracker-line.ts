import type { EngineStatus } from '../control/engine.ts';
import { hostInUrl } from '../publishing/links.ts';

/** Where a tracker that runs alone is reached, as it says in its terminal. */
export function trackerLine({
  publicHost,
  http,
  udp,
}: Pick<EngineStatus, 'publicHost' | 'http' | 'udp'>): string {
  const host = hostInUrl(publicHost);
  return `tracks at http://${host}:${http.port}/announce and udp://${host}:${udp.port}`;
}
