/** A publication to be announced. */
export interface Announceable {
  id: number;
  /** 40 hex digits each: that of v1, and the truncated one of v2 (BEP 52). */
  infoHashes: string[];
  /** Announce URLs in tiers (BEP 12). */
  tiers: string[][];
  /** Bytes of it that are not there: with any, it is a partial seed (BEP 21). */
  bytesLeft: number;
}
