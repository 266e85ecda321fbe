/**
 * Milliseconds between two savings of counts, for no more than `flushSeconds` of them to be lost: what
 * is counted just after one saving is to be on disk by then, not only about to be written.
 */
export function flushIntervalMs({ flushSeconds }: { flushSeconds: number }): number {
  return (flushSeconds * 1000) / 2;
}
