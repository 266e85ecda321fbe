import { version } from '../version.ts';
import { type PeerAddress, plainAddress } from './listener/peer-address.ts';
import type { LivePublication, PublicationPeer } from './live-publication.ts';
import { MetadataSender } from './metadata-sender.ts';
import { PeerExchange } from './peer-exchange.ts';
import {
  encodeExtendedHandshake,
  ourExtensionIds,
  parseDontHave,
  parseExtendedHandshake,
  parseMetadataMessage,
  parseUploadOnly,
} from './wire/extension.ts';
import { encodeExtended } from './wire/messages.ts';

/** What peers tell by the extension protocol. */
interface ExtensionListener {
  /** Others may want data, too. */
  peersNamed(addresses: PeerAddress[]): void;
  /** It has a piece no more. */
  pieceLost(piece: number): void;
  /** It sees us at this address. */
  addressSeen(address: string): void;
}

/**
 * The extension protocol (BEP 10) with one peer: who it is, the info dictionary (BEP 9), peer
 * exchange (BEP 11), pieces it has lost (BEP 54).
 */
export class PeerExtensions {
  readonly #publication: LivePublication;
  readonly #peer: PublicationPeer;
  readonly #metadata: MetadataSender;
  /** Null where peers come from trackers only. */
  readonly #exchange: PeerExchange | null;
  readonly #listener: ExtensionListener;
  readonly #now: () => number;
  #version: string | null = null;
  #utMetadataId = 0;
  #dontHaveId = 0;
  #utPexId = 0;
  #uploadOnly = false;
  #hasShookHands = false;
  #listenPort: number | null = null;
  #metadataAt = Number.NEGATIVE_INFINITY;

  constructor(
    publication: LivePublication,
    peer: PublicationPeer,
    now: () => number,
    listener: ExtensionListener,
  ) {
    this.#publication = publication;
    this.#peer = peer;
    this.#now = now;
    this.#listener = listener;
    this.#exchange = publication.content.private ? null : new PeerExchange(publication, peer);
    const { infoLength } = publication.content;
    this.#metadata = new MetadataSender(infoLength, () => publication.info(now()), now());
  }

  /** Name and version of the peer's program, as it says; null while it has not. */
  get version(): string | null {
    return this.#version;
  }

  /** The number it wants lt_donthave messages (BEP 54) sent with; 0 if it does not speak that. */
  get dontHaveId(): number {
    return this.#dontHaveId;
  }

  /** It says that it wants no data (BEP 21). */
  get uploadOnly(): boolean {
    return this.#uploadOnly;
  }

  /** The port at which it accepts connections, as it says; null while it has not. */
  get listenPort(): number | null {
    return this.#listenPort;
  }

  /** When it last asked for metadata and was not refused, milliseconds on the clock given. */
  get metadataAt(): number {
    return this.#metadataAt;
  }

  /**
   * Our extended handshake; `requestQueueLength` is what it says of our queue, `listenPort` where
   * we accept connections, null to a peer that has just connected there.
   */
  open(requestQueueLength: number, listenPort: number | null): Uint8Array {
    const handshake = encodeExtendedHandshake({
      version: `everseed/${version}`,
      requestQueueLength,
      metadataSize: this.#publication.content.infoLength,
      // Who super-seeds does not say that it has all (BEP 16).
      uploadOnly: this.#publication.superSeeding === null,
      peerExchange: this.#exchange !== null,
      listenPort,
      yourAddress: plainAddress(this.#peer.address.host),
    });
    return encodeExtended(ourExtensionIds.handshake, handshake);
  }

  /**
   * Takes an extended message. Returns what to answer at once, or null; answers of kilobytes wait
   * until `next` is called.
   *
   * @throws WireError when it is malformed
   */
  receive(id: number, payload: Uint8Array): Uint8Array | null {
    if (id === ourExtensionIds.handshake) {
      const said = parseExtendedHandshake(payload);
      if (said.yourAddress && !this.#hasShookHands) this.#listener.addressSeen(said.yourAddress);
      this.#hasShookHands = true;
      this.#version = said.version ?? this.#version;
      this.#utMetadataId = said.utMetadataId;
      this.#dontHaveId = said.dontHaveId;
      this.#utPexId = said.utPexId;
      this.#uploadOnly = said.uploadOnly;
      this.#listenPort = said.listenPort ?? this.#listenPort;
    } else if (id === ourExtensionIds.utMetadata && this.#utMetadataId !== 0) {
      return this.#receiveMetadata(payload);
    } else if (id === ourExtensionIds.utPex && this.#exchange) {
      const named = this.#exchange.receive(payload, this.#now());
      if (named.length > 0) this.#listener.peersNamed(named);
    } else if (id === ourExtensionIds.dontHave) {
      this.#listener.pieceLost(parseDontHave(payload));
    } else if (id === ourExtensionIds.uploadOnly) {
      this.#uploadOnly = parseUploadOnly(payload);
    }
    return null;
  }

  /** The peer exchange message that is due, or null. To be asked for once a second. */
  exchange(): Uint8Array | null {
    if (this.#utPexId === 0) return null;
    const payload = this.#exchange?.next(this.#now());
    return payload ? encodeExtended(this.#utPexId, payload) : null;
  }

  #receiveMetadata(payload: Uint8Array): Uint8Array | null {
    const message = parseMetadataMessage(payload);
    if (message.type !== 'request') return null;
    const now = this.#now();
    const rejected = this.#metadata.request(message.piece, now);
    if (rejected) return encodeExtended(this.#utMetadataId, rejected);
    this.#metadataAt = now;
    return null;
  }

  /** The next answer that waits, or null. */
  next(): Uint8Array | null {
    const payload = this.#metadata.next();
    return payload && encodeExtended(this.#utMetadataId, payload);
  }
}
