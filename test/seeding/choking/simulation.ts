import type { ChokerPeer } from '../../../source/seeding/choking/choker-peer.ts';
import {
  type ChokerDecision,
  type ChokingRound,
  rotationsPerSecond,
} from '../../../source/seeding/choking/decide-slots.ts';

/** A peer of a simulated swarm. */
export interface TestPeer extends ChokerPeer {
  name: string;
  interested: boolean;
  choked: boolean;
  since: number;
  optimistic: boolean;
  uploadRate: number;
  progress: number;
  /** Seconds in which it had a slot. */
  served: number;
}

export function testPeer(name: string, changes: Partial<TestPeer> = {}): TestPeer {
  return {
    name,
    interested: true,
    choked: true,
    since: 0,
    barredUntil: 0,
    optimistic: false,
    uploadRate: 0,
    progress: 0,
    served: 0,
    ...changes,
  };
}

export const names = (peers: readonly TestPeer[]): string[] => peers.map(({ name }) => name);

type Algorithm = (peers: readonly TestPeer[], round: ChokingRound) => ChokerDecision<TestPeer>;

/** Decides, and does what was decided. */
export function applyRound(
  decide: Algorithm,
  peers: readonly TestPeer[],
  round: ChokingRound,
): ChokerDecision<TestPeer> {
  const decision = decide(peers, round);
  const { choke, earned, optimistic } = decision;
  for (const one of choke) Object.assign(one, { choked: true, since: round.now, uploadRate: 0 });
  for (const one of [...earned, ...optimistic]) {
    one.optimistic = optimistic.includes(one);
    if (one.choked) Object.assign(one, { choked: false, since: round.now });
  }
  return decision;
}

/** Lets seconds pass; `between` may change what peers are before each. */
export function simulate(
  decide: Algorithm,
  peers: readonly TestPeer[],
  { slots, seconds }: { slots: number; seconds: number },
  between: (second: number) => void = () => undefined,
): void {
  for (let second = 1; second <= seconds; second++) {
    between(second);
    const round = { slots, now: second * 1_000, rotations: rotationsPerSecond(slots) };
    applyRound(decide, peers, round);
    for (const one of peers) if (!one.choked) one.served++;
  }
}
