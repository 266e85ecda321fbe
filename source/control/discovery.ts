/*
 * What the engine tells of how the everseed is found: other trackers, the DHT, the router.
 * Units as in `protocol.ts`.
 */

/**
 * How a tracker of a publication stands:
 * `waiting`: its first announce is still to come; `announcing`: it is under way; `working`: it
 * answered; `standby`: another one of its tier answers; `failing`: it did not answer, or refused,
 * and is tried again; `refused`: it never wants to be asked again; `overdue`: its announce should
 * have been sent, and was not; `own`: it is this everseed's, and knows without being told;
 * `unsupported`: everseed does not announce by its protocol; `paused`: nothing is announced.
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
  | 'unsupported'
  | 'paused';

/** A tracker that a publication names. */
export interface TrackerSummary {
  url: string;
  /** Which tier (BEP 12) it is in, from 0. */
  tier: number;
  state: TrackerState;
  lastAnnounce: number | null;
  nextAnnounce: number | null;
  /** Since when its announce is overdue. Left out when it is not, and by older engines. */
  overdueSince?: number | null;
  /** The tracker's warning, or why the last announce failed. */
  message: string | null;
  /** As the tracker counts; null when it did not say. The everseed is one of the seeds. */
  seeds: number | null;
  leechers: number | null;
}

/** The everseed's node of the DHT (BEP 5). */
export interface DhtStatus {
  /** UDP. */
  port: number;
  /** Nodes it knows that answered lately; 0 when there is no network. */
  nodes: number;
  /** How many info hashes were announced in the last half hour, after which nodes forget them; of how many. */
  announced: number;
  of: number;
  /** How long it takes to announce all of them, milliseconds. Left out by older engines. */
  roundMs?: number;
}

/** What the router passes on to this machine. */
export interface PortMappingStatus {
  /** How it is spoken to; null while there is none that can be asked. */
  router: 'NAT-PMP' | 'UPnP' | null;
  mapped: { protocol: 'tcp' | 'udp'; port: number }[];
  /** Why some ports are not mapped, in words. */
  problem: string | null;
}

/** How the everseed is found by others than those who come to its own tracker. */
export interface DiscoveryStatus {
  /** The address the world sees this machine at, as those outside tell it; null if nobody did. */
  externalIpv4: string | null;
  externalIpv6: string | null;
  /** Null when it is switched off, or its port is not to be had. */
  dht: DhtStatus | null;
  /** Why it is not to be had, in words. Left out by older engines. */
  dhtProblem?: string | null;
  /** Null when it is switched off. */
  portMapping: PortMappingStatus | null;
}
