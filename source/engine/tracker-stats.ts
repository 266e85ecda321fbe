import type { TrackerStats } from '../control/tracker.ts';
import { type ProtocolActivity, type Requests, sum } from '../tracker/activity.ts';
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
  const { held, protocols, totals } = status;
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
    totals: {
      http: requestsOf(totals.http),
      udp: requestsOf(totals.udp),
      websocket: requestsOf(totals.websocket),
    },
    largest: status.largest.map((swarm) => ({ ...swarm, name: nameOf(swarm.infoHash) })),
  };
}

function activityOf({ announceRate, ...requests }: ProtocolActivity) {
  return { announceRate, ...requestsOf(requests) };
}

function requestsOf({ announces, scrapes, outcomes }: Requests) {
  return { announces: sum(announces), scrapes, ...outcomes };
}
