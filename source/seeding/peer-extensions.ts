import { version } from '../version.ts';
import type { LivePublication } from './live-publication.ts';
import { MetadataSender } from './metadata-sender.ts';
import {
  encodeExtendedHandshake,
  ourExtensionIds,
  parseExtendedHandshake,
  parseMetadataMessage,
} from './wire/extension.ts';
import { encodeExtended } from './wire/messages.ts';

/** The extension protocol (BEP 10) with one peer: who it is, and the info dictionary (BEP 9). */
export class PeerExtensions {
  readonly #publication: LivePublication;
  readonly #metadata: MetadataSender;
  readonly #now: () => number;
  #version: string | null = null;
  #utMetadataId = 0;
  #dontHaveId = 0;
  #uploadOnly = false;
  #listenPort: number | null = null;
  #metadataAt = Number.NEGATIVE_INFINITY;

  constructor(publication: LivePublication, now: () => number) {
    this.#publication = publication;
    this.#now = now;
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
      uploadOnly: true,
      listenPort,
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
      this.#version = said.version ?? this.#version;
      this.#utMetadataId = said.utMetadataId;
      this.#dontHaveId = said.dontHaveId;
      this.#uploadOnly = said.uploadOnly;
      this.#listenPort = said.listenPort ?? this.#listenPort;
      return null;
    }
    if (id !== ourExtensionIds.utMetadata || this.#utMetadataId === 0) return null;
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
