import type { TrackerStats } from '../control/tracker.ts';
import { type ProtocolActivity, sum } from '../tracker/activity.ts';
import type { TrackerServiceStatus } from './tracker-service.ts';

/**
 * What clients are told of the tracker. `publications` is how many there are: the tracker itself
 * knows info hashes, of which a hybrid has two; `nameOf` names the publication of one.
 */
export function trackerStatsOf(
  status: TrackerServiceStatus,
  publications: number,
  nameOf: (infoHash: string) => string | null,
): TrackerStats {
  const { held, protocols } = status;
  return {
    uptime: Math.floor(status.uptimeSeconds),
    publications,
    swarms: held.swarms,
    peers: { ipv4: held.peers, ipv6: held.peers6, websocket: held.guests },
    interval: Math.round(status.interval),
    protocols: {
      http: activityOf(protocols.http),
      udp: activityOf(protocols.udp),
      websocket: activityOf(protocols.websocket),
    },
    largest: status.largest.map((swarm) => ({ ...swarm, name: nameOf(swarm.infoHash) })),
  };
}

function activityOf({ announces, announceRate, scrapes, outcomes }: ProtocolActivity) {
  return { announceRate, announces: sum(announces), scrapes, ...outcomes };
}
