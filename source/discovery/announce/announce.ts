import type { PeerAddress } from '../found-peers.ts';

/**
 * `completed` is missing: it is for who downloaded the content from others, and what is published
 * was complete from the start (BEP 3). `paused` is what partial seeds say (BEP 21).
 */
export type AnnounceEvent = 'none' | 'started' | 'stopped' | 'paused';

/** What a seed tells a tracker; it downloads nothing. */
export interface AnnounceRequest {
  /** 20 bytes; of a v2 swarm, the truncated hash (BEP 52). */
  infoHash: Uint8Array;
  /** 20 bytes. */
  peerId: Uint8Array;
  /** The TCP port where it accepts peers. */
  port: number;
  /** Payload bytes sent since `started`. */
  uploaded: number;
  /** Bytes of the content that it has not. */
  left: number;
  event: AnnounceEvent;
  /** 32 bits by which the tracker knows it again when its address changes. */
  key: number;
  /** How many peers it wants to be told. */
  numWant: number;
  /** What the tracker gave it with its last answer, to be given back. */
  trackerId: Uint8Array | null;
}

export interface AnnounceAnswer {
  /** Seconds until the tracker wants to hear of it again. */
  interval: number;
  /** Seconds in which it does not want to; 0 if it did not say. */
  minInterval: number;
  /** Null when it did not say. */
  seeds: number | null;
  leechers: number | null;
  peers: PeerAddress[];
  trackerId: Uint8Array | null;
  /** Something its operator should read. */
  warning: string | null;
  /** The addresses it sees us at (BEP 24), one of each family it was asked by. */
  externalAddresses: string[];
}

/** Where an answer does not say how long to wait. */
export const defaultInterval = 1_800;

/** More peers than one answer has any business to name. */
export const maxPeers = 500;

/** Why an announce came to nothing, as a sentence for people. */
export class AnnounceError extends Error {
  override readonly name = 'AnnounceError';
  /**
   * `refused`: the tracker answered, and does not want it. `unreachable`: nothing came that is an
   * answer, so other announces to the same tracker are likely to fail as well.
   */
  readonly kind: 'refused' | 'unreachable';
  /** Seconds after which the tracker wants to be asked again (BEP 31); null if it did not say. */
  readonly retryIn: number | 'never' | null;

  constructor(
    kind: AnnounceError['kind'],
    message: string,
    options: { retryIn?: AnnounceError['retryIn']; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.retryIn = options.retryIn ?? null;
  }
}

const maxMessageLength = 300;

/** What a tracker says in words: one line of printable text, bounded. */
export function messageText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('utf8')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, maxMessageLength);
}
