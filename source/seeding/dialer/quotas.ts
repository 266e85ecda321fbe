/** Who named a peer: a tracker, ours included, the DHT, the local network, or another peer (BEP 11). */
export type PeerNamer = 'tracker' | 'dht' | 'lsd' | 'pex';

/** A peer that was named, and by whom. */
export interface Naming {
  /** The publication. */
  readonly id: number;
  /** Who named it first. */
  readonly source: PeerNamer;
  /** Which peer that was, as `addressGroup` has it; null if none. */
  readonly namedBy: string | null;
}

/** How many peers of something there may be. */
interface Quota {
  /** What of; the same for all that share it. */
  name: string;
  most: number;
}

const maxPerPublication = 200;
/** Named by one source that anybody can make say anything: for one publication, and for all. */
const maxHearsayPerPublication = 100;
const maxHearsay = 8_000;
/** Named by one peer: for one publication, and for all. */
const maxPerNamerAndPublication = 25;
const maxPerNamer = 200;

/** Whether of the peers that this source names we have only heard: strangers can invent them. */
export function isHearsay(source: PeerNamer): boolean {
  return source === 'pex' || source === 'dht';
}

/** The quotas within its publication that a peer counts for. */
export function quotasOfPublication({ id, source, namedBy }: Naming): Quota[] {
  const quotas = [{ name: `${id}`, most: maxPerPublication }];
  if (isHearsay(source)) quotas.push({ name: `${id}/${source}`, most: maxHearsayPerPublication });
  if (namedBy) quotas.push({ name: `${id}/by/${namedBy}`, most: maxPerNamerAndPublication });
  return quotas;
}

/** The quotas over all publications that a peer counts for. */
export function quotasOverall({ source, namedBy }: Naming): Quota[] {
  const quotas: Quota[] = [];
  if (isHearsay(source)) quotas.push({ name: source, most: maxHearsay });
  if (namedBy) quotas.push({ name: `by/${namedBy}`, most: maxPerNamer });
  return quotas;
}
