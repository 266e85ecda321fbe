import { WireError } from '../wire/error.ts';
import type { Dialogue, Heard } from './conversation.ts';
import { type KeyExchange, keyLength } from './key-exchange.ts';
import type { Secured } from './mse-responder.ts';
import {
  cryptoMethod,
  digest,
  infoHashProof,
  maxPadding,
  streamCipher,
  verification,
  xor,
} from './stream-keys.ts';

/** What an initiator needs to know. */
export interface InitiatorContext {
  exchange: KeyExchange;
  /** Random bytes, from none to so many. */
  padding(maxLength: number): Uint8Array;
  /** What it connects for, 20 bytes. */
  infoHash: Uint8Array;
  /** What is sent behind the handshake: BitTorrent's. */
  initial: Uint8Array;
  /** Whether it must go on encrypted, although plaintext would do. */
  encryptionRequired: boolean;
}

/**
 * The side of message stream encryption (MSE) that has connected. `initial` is sent with it.
 *
 * @throws WireError when the peer does not answer as it should
 */
export function* initiate(heard: Heard, context: InitiatorContext): Dialogue<Secured> {
  const { exchange, infoHash, initial, encryptionRequired } = context;
  yield Buffer.concat([exchange.publicKey, context.padding(maxPadding)]);
  const secret = exchange.secret(yield* heard.read(keyLength));

  const cipher = streamCipher('initiator', secret, infoHash);
  const offer = encodeOffer(encryptionRequired, initial);
  yield Buffer.concat([
    digest('req1', secret),
    xor(infoHashProof(infoHash), digest('req3', secret)),
    cipher.outgoing.apply(offer),
  ]);

  // The peer's padding ends where what it encrypted begins.
  const mark = cipher.incoming.apply(Buffer.from(verification));
  const goesOn = yield* heard.passOver(mark, maxPadding);
  if (!goesOn) throw new WireError('an encrypted handshake that does not go on');
  const method = cipher.incoming.apply(yield* heard.read(4)).readUInt32BE();
  const allowed = encryptionRequired ? [cryptoMethod.rc4] : Object.values(cryptoMethod);
  if (!allowed.some((one) => one === method)) {
    throw new WireError('an encrypted handshake that goes on by a method not offered');
  }
  const paddingLength = cipher.incoming.apply(yield* heard.read(2)).readUInt16BE();
  if (paddingLength > maxPadding) throw new WireError('an encrypted handshake that is too long');
  cipher.incoming.apply(yield* heard.read(paddingLength));
  const rest = heard.rest();
  if (method === cryptoMethod.plaintext) return { rest, cipher: null };
  return { rest: cipher.incoming.apply(rest), cipher };
}

/** Verification, the methods, no padding, and what follows. */
function encodeOffer(encryptionRequired: boolean, initial: Uint8Array): Buffer {
  const { plaintext, rc4 } = cryptoMethod;
  const bytes = Buffer.alloc(verification.length + 4 + 2 + 2 + initial.length);
  bytes.writeUInt32BE(encryptionRequired ? rc4 : plaintext | rc4, verification.length);
  bytes.writeUInt16BE(initial.length, verification.length + 6);
  bytes.set(initial, verification.length + 8);
  return bytes;
}
