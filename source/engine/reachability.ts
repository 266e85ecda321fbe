import type { Reachability } from '../control/engine.ts';

/** Facts about the engine that every publication's health depends on. */
export interface SharedFacts {
  peerPortListening: boolean;
  /** When that was tried last; null before the first time. */
  peerPortTriedAt: number | null;
  /** When somebody last connected from outside; null before that. */
  reachedAt: number | null;
  /** Whether the router passes the peer port on; null when there is none that can be asked. */
  peerPortMapped: boolean | null;
  /** Why it does not, in words. */
  mappingProblem: string | null;
  /** When the router was last asked after; null before the first time. */
  mappingKnownAt: number | null;
  /** Why there is no DHT, in words, when there should be one. */
  dhtProblem: string | null;
}

/** Before anything was measured. */
export const nothingShared: SharedFacts = {
  peerPortListening: true,
  peerPortTriedAt: null,
  reachedAt: null,
  peerPortMapped: null,
  mappingProblem: null,
  mappingKnownAt: null,
  dhtProblem: null,
};

/** Whether people elsewhere can connect to the everseed, from what is known of that. */
export function reachabilityOf(facts: SharedFacts): Reachability {
  const { reachedAt, mappingProblem: problem } = facts;
  return { state: stateOf(facts), reachedAt, problem };
}

function stateOf({ peerPortListening, reachedAt, peerPortMapped }: SharedFacts) {
  if (!peerPortListening) return 'closed';
  // whatever the router says: somebody came
  if (reachedAt !== null) return 'open';
  if (peerPortMapped === null) return 'unknown';
  return peerPortMapped ? 'mapped' : 'not-mapped';
}
