import type { EngineStatus, Reachability } from '../../control/engine.ts';
import type { Token } from '../theme/theme.ts';

interface ReachWords {
  /** Behind the port, in the header. */
  short: string;
  /** What is known, in a sentence. */
  long: string;
  as: Token;
}

const reachWords: Record<Reachability['state'], ReachWords> = {
  open: { short: 'open', long: 'peers elsewhere reach it', as: 'good' },
  mapped: {
    short: 'mapped',
    long: 'the router passes it on; nobody has come from outside yet',
    as: 'text',
  },
  'not-mapped': {
    short: 'not mapped',
    long: 'the router does not pass it on, and nobody has come from outside yet',
    as: 'warning',
  },
  unknown: {
    short: 'untested',
    long: 'nobody has come from outside yet, and no router can be asked',
    as: 'text',
  },
  closed: { short: 'closed', long: 'it accepts no peers', as: 'bad' },
};

/** Whether peers elsewhere reach the everseed; older engines only know whether the port is closed. */
export function reachOf({
  reachability,
  peerPortListening,
}: Pick<EngineStatus, 'reachability' | 'peerPortListening'>): Reachability & ReachWords {
  const state = peerPortListening ? 'unknown' : 'closed';
  const known = reachability ?? { state, reachedAt: null, problem: null };
  return { ...known, ...reachWords[known.state] };
}
