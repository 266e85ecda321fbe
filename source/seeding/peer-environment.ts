import type { UnreadableFile } from './block-reader.ts';
import type { DataPlane } from './block-sender.ts';
import type { UploadGate } from './limits/upload-limiter.ts';
import type { PeerAddress } from './listener/peer-address.ts';
import type { LivePublication, PublicationPeer } from './live-publication.ts';
import type { Handshake } from './wire/handshake.ts';

/** What all connections share with the seeder. */
export interface PeerEnvironment extends DataPlane {
  /** Ours, 20 bytes. */
  readonly peerId: Uint8Array;
  /** Where we accept connections. */
  listenPort(): number;
  /** The UDP port at which we are a node of the DHT; null while we are none. */
  dhtPort(): number | null;
  /** Somebody sees us at this address. */
  addressSeen(address: string, by: PeerAddress): void;
  /** A peer is a node of the DHT there. */
  dhtNodeNamed(node: PeerAddress): void;
  /** A peer at an address, which shook hands so, names others. */
  peersNamed(
    publication: LivePublication,
    handshake: Handshake,
    peers: PeerAddress[],
    by: PeerAddress,
  ): void;
  /** What limits a peer at an address. */
  openGate(publication: LivePublication, address: PeerAddress, wake: () => void): UploadGate;
  /** Somebody became interested, or is not any more. */
  interestChanged(): void;
  /** A file cannot be served; marks the publication's pieces before it returns. */
  fileFailed(publication: LivePublication, error: UnreadableFile): void;
  /**
   * The connection is over. `cause` is a WireError when the peer broke the protocol, null when
   * nothing went wrong, and anything else is a fault of ours.
   */
  closed(peer: PublicationPeer, publication: LivePublication, cause: unknown): void;
}
