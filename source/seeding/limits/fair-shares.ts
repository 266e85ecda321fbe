/** What one of several who share a rate has had of it. */
export interface Share {
  /** Bytes since shares were settled last. */
  taken: number;
  /** Bytes that it has had less than the others, or more where negative. */
  credit: number;
}

/**
 * Settles what those who share a rate have taken: who got less than the others has credit for the
 * next time, who got more has that against it (deficit round robin, by bytes). At most `mostCredit`
 * bytes, so that who wanted nothing for a while does not get all of it later.
 */
export function settleShares(shares: readonly Share[], mostCredit: number): void {
  const taken = shares.reduce((sum, share) => sum + share.taken, 0);
  const fair = taken / shares.length;
  for (const share of shares) {
    const credit = share.credit + fair - share.taken;
    share.credit = Math.max(-mostCredit, Math.min(mostCredit, credit));
    share.taken = 0;
  }
}
