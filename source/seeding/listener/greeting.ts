import { Conversation } from '../encryption/conversation.ts';
import { type ResponderContext, respond, type Secured } from '../encryption/mse-responder.ts';
import type { StreamCipher } from '../encryption/stream-keys.ts';
import { WireError } from '../wire/error.ts';
import {
  beginsHandshake,
  type Handshake,
  HandshakeDecoder,
  protocolLength,
} from '../wire/handshake.ts';

/** What a peer that has connected says first, understood. */
export interface Greeted {
  handshake: Handshake;
  /** What came right behind the handshake, readable. */
  rest: Uint8Array;
  /** For all that follows; null in plaintext. */
  cipher: StreamCipher | null;
}

/**
 * Understands what a peer that has connected says first: BitTorrent's handshake, or that of message
 * stream encryption and BitTorrent's within.
 */
export class Greeting {
  readonly #context: ResponderContext;
  readonly #decoder = new HandshakeDecoder();
  #encrypted: Conversation<Secured> | null = null;
  #secured: Secured | null = null;
  /** What has come while it could not be told what it begins; null once it could. */
  #first: Buffer | null = Buffer.alloc(0);

  constructor(context: ResponderContext) {
    this.#context = context;
  }

  /**
   * Takes the next chunk. Gives what to answer at once, and what it came to when it is over.
   *
   * @throws WireError as soon as it cannot become a handshake that is taken
   */
  push(chunk: Uint8Array): { reply: Uint8Array | null; done: Greeted | null } {
    const bytes = this.#first ? this.#begin(Buffer.concat([this.#first, chunk])) : chunk;
    if (!this.#encrypted || this.#secured) {
      this.#secured?.cipher?.incoming.apply(bytes);
      return { reply: null, done: this.#decode(bytes) };
    }
    const { reply, result } = this.#encrypted.push(bytes);
    this.#secured = result;
    return { reply: reply.length > 0 ? reply : null, done: result && this.#decode(result.rest) };
  }

  /**
   * Finds out what the peer begins: public keys are random, so what begins as a handshake does is
   * one. Gives the bytes to go on with, none while it cannot be told.
   */
  #begin(first: Buffer): Uint8Array {
    const isHandshake = beginsHandshake(first);
    this.#first = isHandshake && first.length < protocolLength ? first : null;
    if (this.#first) return new Uint8Array(0);
    if (!isHandshake) {
      this.#encrypted = new Conversation((heard) => respond(heard, this.#context));
    } else if (this.#context.encryptionRequired) {
      throw new WireError('plaintext, which is not taken');
    }
    return first;
  }

  #decode(bytes: Uint8Array): Greeted | null {
    const done = this.#decoder.push(bytes);
    return done && { ...done, cipher: this.#secured?.cipher ?? null };
  }
}
