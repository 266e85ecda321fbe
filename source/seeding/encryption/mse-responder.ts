import { WireError } from '../wire/error.ts';
import type { Dialogue, Heard } from './conversation.ts';
import { type KeyExchange, keyLength } from './key-exchange.ts';
import {
  cryptoMethod,
  digest,
  maxPadding,
  type StreamCipher,
  streamCipher,
  verification,
  xor,
} from './stream-keys.ts';

const hashLength = 20;
/** What a peer may send with the handshake itself: BitTorrent's, and a few messages. */
const maxInitialLength = 16 * 1024;

/** What a responder needs to know. */
export interface ResponderContext {
  /** Makes this side's keys, which takes time: asked for when the peer has sent its own. */
  exchange(): KeyExchange;
  /** Random bytes, from none to so many. */
  padding(maxLength: number): Uint8Array;
  /** The info hash that has this proof (see `infoHashProof`), if it is served here. */
  infoHashOf(proof: Uint8Array): Uint8Array | null;
  /** Whether the peer must go on encrypted, although plaintext would do. */
  encryptionRequired: boolean;
}

/** What an encrypted handshake comes to. */
export interface Secured {
  /** What the peer has sent behind it, readable. */
  rest: Uint8Array;
  /** For all that follows; null when both go on in plaintext. */
  cipher: StreamCipher | null;
}

/**
 * The side of message stream encryption (MSE) that was connected to. It goes on in plaintext
 * wherever the peer would: the encryption is there to get past filters, and hides nothing from
 * whoever knows the info hash.
 *
 * @throws WireError when it cannot become a handshake for anything served here
 */
export function* respond(heard: Heard, context: ResponderContext): Dialogue<Secured> {
  const theirKey = yield* heard.read(keyLength);
  const exchange = context.exchange();
  const secret = exchange.secret(theirKey);
  yield Buffer.concat([exchange.publicKey, context.padding(maxPadding)]);

  const goesOn = yield* heard.passOver(digest('req1', secret), maxPadding);
  if (!goesOn) throw new WireError('an encrypted handshake that does not go on');
  const proof = xor(yield* heard.read(hashLength), digest('req3', secret));
  const infoHash = context.infoHashOf(proof);
  if (!infoHash) throw new WireError('an encrypted handshake for what is not served');

  const cipher = streamCipher('responder', secret, infoHash);
  const verified = cipher.incoming.apply(yield* heard.read(verification.length));
  if (!verified.equals(verification)) throw new WireError('an encrypted handshake of other keys');
  const offered = cipher.incoming.apply(yield* heard.read(4)).readUInt32BE();
  const method = chooseMethod(offered, context.encryptionRequired);
  yield cipher.outgoing.apply(encodeChoice(method));

  const paddingLength = cipher.incoming.apply(yield* heard.read(2)).readUInt16BE();
  if (paddingLength > maxPadding) throw new WireError('an encrypted handshake that is too long');
  cipher.incoming.apply(yield* heard.read(paddingLength));
  const initialLength = cipher.incoming.apply(yield* heard.read(2)).readUInt16BE();
  if (initialLength > maxInitialLength) {
    throw new WireError('an encrypted handshake with too much behind it');
  }
  // Encrypted whatever was chosen for what follows it.
  const initial = cipher.incoming.apply(yield* heard.read(initialLength));
  const behind = heard.rest();
  if (method === cryptoMethod.plaintext) {
    return { rest: Buffer.concat([initial, behind]), cipher: null };
  }
  return { rest: Buffer.concat([initial, cipher.incoming.apply(behind)]), cipher };
}

function chooseMethod(offered: number, encryptionRequired: boolean): number {
  const { plaintext, rc4 } = cryptoMethod;
  if (!encryptionRequired && (offered & plaintext) !== 0) return plaintext;
  if ((offered & rc4) !== 0) return rc4;
  throw new WireError('an encrypted handshake that offers no method to go on with');
}

/** Verification, the method, and no padding. */
function encodeChoice(method: number): Buffer {
  const bytes = Buffer.alloc(verification.length + 4 + 2);
  bytes.writeUInt32BE(method, verification.length);
  return bytes;
}
