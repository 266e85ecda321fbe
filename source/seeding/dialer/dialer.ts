import type { Connections } from '../listener/connections.ts';
import type { PeerAddress } from '../listener/peer-address.ts';
import { type Candidate, Candidates } from './candidates.ts';
import { DialError, type Dialed, dial, type Introduction, type LocalHosts } from './dial.ts';
import { HalfOpen } from './half-open.ts';
import type { PeerNamer } from './quotas.ts';

/** Connections begun in one second: routers at home choke on more. */
const maxPerSecond = 20;

interface DialerOptions {
  connections: Connections;
  from: LocalHosts;
  /** Plaintext is not spoken. */
  encryptionRequired: boolean;
  /** Milliseconds, on a clock that never goes back. */
  now(): number;
  /** Whether a connection to the peer is wanted now. */
  wants(candidate: Candidate): boolean;
  /** Our handshake for an info hash (hex); null when it is not served any more. */
  handshakeFor(infoHash: string): Uint8Array | null;
  /**
   * The peer has answered. False when it is of no use: ourselves, or somebody who is connected
   * already. Whoever takes it takes the socket's data before it returns, and resumes it.
   */
  onHandshake(peer: Dialed, candidate: Candidate): boolean;
  /** Something failed that is neither the peer's nor the network's doing. */
  onFault(error: unknown): void;
}

/** Connects to peers that were named to us, so that those who cannot connect are served too. */
export class Dialer {
  readonly #options: DialerOptions;
  readonly #candidates = new Candidates();
  readonly #halfOpen = new HalfOpen();
  #stopped = false;

  constructor(options: DialerOptions) {
    this.#options = options;
  }

  /**
   * Takes peers that were named for a publication, by one of its info hashes (hex). `namedBy`: by
   * which peer, as `addressGroup` has it; null if by none.
   */
  add(
    id: number,
    infoHash: string,
    source: PeerNamer,
    addresses: readonly PeerAddress[],
    namedBy: string | null = null,
  ): void {
    const now = this.#options.now();
    for (const address of addresses) {
      this.#candidates.add({ id, infoHash, source, namedBy, address }, now);
    }
  }

  /** The peer at this address wants nothing. */
  rest(id: number, address: PeerAddress): void {
    this.#candidates.rest(id, address, this.#options.now());
  }

  forget(id: number): void {
    this.#candidates.forget(id);
  }

  /** To be called once a second: connects to those whose turn it is. */
  tick(): void {
    const { now, wants } = this.#options;
    let begun = 0;
    const mayTry = (candidate: Candidate) => this.#halfOpen.hasRoom(candidate) && wants(candidate);
    for (const candidate of this.#candidates.due(now(), mayTry)) {
      if (begun >= maxPerSecond) return;
      begun++;
      this.#candidates.begin(candidate);
      this.#halfOpen.begin(candidate);
      void this.#try(candidate).finally(() => this.#halfOpen.end(candidate));
    }
  }

  /** Connects to nobody any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** It never rejects. */
  async #try(candidate: Candidate): Promise<void> {
    const { now, onHandshake, onFault } = this.#options;
    try {
      const dialed = await this.#dial(candidate);
      if (!this.#stopped && dialed && onHandshake(dialed, candidate)) {
        this.#candidates.connected(candidate, now());
        return;
      }
      dialed?.socket.destroy();
      this.#candidates.rest(candidate.id, candidate, now());
    } catch (error) {
      this.#candidates.failed(candidate, now());
      if (!(error instanceof DialError)) onFault(error);
    }
  }

  /** In plaintext, and encrypted when the peer hangs up on that. */
  async #dial(candidate: Candidate): Promise<Dialed | null> {
    const { encryptionRequired, handshakeFor, connections, from } = this.#options;
    const handshake = handshakeFor(candidate.infoHash);
    if (!handshake) return null;
    const infoHash = Buffer.from(candidate.infoHash, 'hex');
    const attempt = (encryption: Introduction['encryption']) =>
      dial(
        { host: candidate.host, port: candidate.port },
        { infoHash, handshake, encryption },
        connections,
        from,
      );
    if (encryptionRequired) return await attempt('required');
    try {
      return await attempt('none');
    } catch (error) {
      if (!(error instanceof DialError && error.refused)) throw error;
      return await attempt('offered');
    }
  }
}
