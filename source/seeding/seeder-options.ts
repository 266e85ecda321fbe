import { performance } from 'node:perf_hooks';
import type { SlotSettings } from './choking/upload-slots.ts';
import type { FaultReport } from './fault-keeper.ts';
import type { RateSettings } from './limits/rate-limits.ts';
import type { PeerAddress } from './listener/peer-address.ts';
import type { Traffic } from './live-publication.ts';

export interface SeederOptions {
  host: string;
  /** An IPv6 address to listen on besides, at the same port; null for none. */
  host6: string | null;
  /** 0 picks a free one. */
  port: number;
  /** 20 bytes; see `createPeerId`. */
  peerId: Uint8Array;
  maxConnections: number;
  maxConnectionsPerAddress: number;
  maxConnectionsPerPublication: number;
  /** Answers uTP on the UDP port of the same number: that there is none, so come by TCP. */
  refuseUtp: boolean;
  /** Whether peers may speak in plaintext. */
  encryption: 'allow' | 'require';
  limits: SeederLimits;
}

/** What may change while the seeder runs: who is sent data, and how much. */
export type SeederLimits = RateSettings & SlotSettings;

/** A publication to be seeded. */
export interface SeededPublication {
  id: number;
  /** Those that handshakes may name, 20 bytes each, in hex. */
  infoHashes: readonly string[];
  /** Bytes per second; null for no limit. */
  uploadLimit: number | null;
}

export interface SeederEvents {
  /** At most once a second, with the publications of which something changed. */
  traffic(publications: Traffic[]): void;
  /**
   * Files of a publication cannot be served; their pieces are not offered until they are mended.
   * At most once a second for each publication.
   */
  fault(report: FaultReport): void;
  /** A publication with faults has none any more. */
  restored(id: number): void;
  /** A publication is not super-seeded any more: others have every piece. */
  released(id: number): void;
  /** A peer sees us at this address; `by` is its own, or its /64 network. Once a connection. */
  addressSeen(address: string, by: string): void;
  /** A peer is a node of the DHT there, as it says. Once a connection. */
  dhtNode(node: PeerAddress): void;
  /** Peers have connected to us from outside; at most once a minute. */
  reachedFromOutside(): void;
  /** A fault of the program, which has cost at most one connection. */
  error(error: unknown): void;
}

/** Milliseconds. */
export interface Clock {
  /** Never goes back. */
  now(): number;
  /** Since the epoch. */
  date(): number;
}

export const systemClock: Clock = { now: () => performance.now(), date: () => Date.now() };
