/** What the choker knows of a peer. Times in milliseconds, on any clock. */
export interface ChokerPeer {
  readonly interested: boolean;
  readonly choked: boolean;
  /** When it was unchoked or, while it is choked, when it began to wait. */
  readonly since: number;
  /** It gets no slot before this. */
  readonly barredUntil: number;
  /** It has its slot because it was its turn, not because it earned it. */
  readonly optimistic: boolean;
  /** What it was sent of late, bytes per second. */
  readonly uploadRate: number;
  /** How much of the content it has, 0 to 1: what it says, but no less than it was sent here. */
  readonly progress: number;
}

/** How long a slot is kept at least while others wait: TCP needs some seconds to get up to speed. */
export const turnMs = 12_000;

/** Whether a peer that is unchoked has had its turn. */
export function isTurnOver({ since }: ChokerPeer, now: number): boolean {
  return now - since >= turnMs;
}
