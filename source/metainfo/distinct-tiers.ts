/** Tiers of announce URLs (BEP 12), each URL only where it comes first, and no tier empty. */
export function distinctTiers(tiers: readonly (readonly string[])[]): string[][] {
  const seen = new Set<string>();
  return tiers
    .map((tier) =>
      tier.filter((url) => {
        const isNew = !seen.has(url);
        seen.add(url);
        return isNew;
      }),
    )
    .filter((tier) => tier.length > 0);
}
