import { hash } from 'node:crypto';
import { Rc4 } from './rc4.ts';

/** The first bytes of both key streams are known to leak the key. */
const discarded = 1024;

/** Encrypts what is sent to a peer and decrypts what comes from it, in place and in order. */
export interface StreamCipher {
  outgoing: Rc4;
  incoming: Rc4;
}

/** What stands for an info hash in an encrypted handshake, together with `secretProof`. */
export function infoHashProof(infoHash: Uint8Array): Uint8Array {
  return digest('req2', infoHash);
}

/** SHA-1 of a label and what follows it, as MSE makes all its hashes. */
export function digest(label: string, ...parts: Uint8Array[]): Uint8Array {
  return hash('sha1', Buffer.concat([Buffer.from(label, 'latin1'), ...parts]), 'buffer');
}

/** The cipher of one side: the one that connected is the initiator. */
export function streamCipher(
  side: 'initiator' | 'responder',
  secret: Uint8Array,
  infoHash: Uint8Array,
): StreamCipher {
  const ofInitiator = new Rc4(digest('keyA', secret, infoHash)).skip(discarded);
  const ofResponder = new Rc4(digest('keyB', secret, infoHash)).skip(discarded);
  return side === 'initiator'
    ? { outgoing: ofInitiator, incoming: ofResponder }
    : { outgoing: ofResponder, incoming: ofInitiator };
}

/** `a` and `b`, which are as long as each other, combined bit by bit. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0));
}

/** Ways to go on after the handshake, as bits. */
export const cryptoMethod = { plaintext: 1, rc4: 2 } as const;

/** Eight zeros: whoever can read them has the keys. */
export const verification = new Uint8Array(8);

/** The longest padding either side may send. */
export const maxPadding = 512;
