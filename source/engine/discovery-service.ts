import type { TrackerSummary } from '../control/discovery.ts';
import type { Endpoint } from '../control/engine.ts';
import type { AddressSource } from '../discovery/external-addresses.ts';
import type { FoundPeers } from '../discovery/found-peers.ts';
import type { PortMappingState } from '../discovery/port-mapping/port-mapper.ts';
import type { MappedPort } from '../discovery/port-mapping/port-mapping.ts';
import type { Announceable } from '../discovery/trackers/announceable.ts';

/*
 * What the discovery thread does for the engine, and what it tells it: it makes publications
 * findable elsewhere than at the engine's own tracker.
 */

/** A publication that others are to find. */
export interface Discoverable extends Announceable {
  /** It is announced to its trackers, and nowhere else (BEP 27). */
  private: boolean;
}

export interface DiscoveryOptions {
  /** The local address of all services. */
  bind: string;
  /** That of IPv6, or nothing. */
  bind6: string;
  /** Whether the local network is told as well (BEP 14). */
  lsd: boolean;
  /** Ports that the router is asked to pass on; none when it is not to be asked. */
  mappedPorts: MappedPort[];
  /** Where the everseed accepts peers. */
  peer: Endpoint;
  /** 20 bytes. */
  peerId: Uint8Array;
  /** The engine's own tracker, by all the names it goes by; it is not announced to. */
  own: { hosts: string[]; httpPort: number; udpPort: number };
}

export type DiscoveryService = {
  start(options: DiscoveryOptions): Promise<void>;
  /** Makes these findable from now on; `urgent`: ahead of others that wait for their turn. */
  announce(list: Discoverable[], urgent: boolean): void;
  /** The opposite; their trackers are told. */
  withdraw(ids: number[]): void;
  /** So many bytes of a publication are not there, or not good, from now on. */
  setBytesLeft(id: number, bytesLeft: number): void;
  /** What was sent to peers since it was last told, in bytes. */
  addUploaded(list: { id: number; bytes: number }[]): void;
  /** How the trackers of publications stand, of each tier by tier. */
  trackers(ids: number[]): TrackerSummary[][];
  /** Null when the router is not to be asked. */
  portMapping(): PortMappingState | null;
  /** Tells the trackers and the router, as far as that is quickly done. */
  stop(): Promise<void>;
};

export type DiscoveryEvents = {
  peers: FoundPeers;
  /** An address of this machine, as somebody outside sees it. */
  externalAddress: { address: string; source: AddressSource; reporter: string };
  /** A fault of the program; for the log. */
  error: { text: string };
};
