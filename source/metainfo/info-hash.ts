import { hash } from 'node:crypto';

/** The v1 info hash: SHA-1 of the very bytes of the info dictionary (BEP 3). 20 bytes. */
export function infoHashOf(info: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash('sha1', info, 'buffer'));
}

/** The v2 info hash: SHA-256 of the same bytes (BEP 52). 32 bytes. */
export function infoHashV2Of(info: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash('sha256', info, 'buffer'));
}

/** Where there are only 20 bytes for a v2 info hash (handshakes, trackers): the first 20 of it. */
export function shortInfoHashV2(infoHashV2: Uint8Array): Uint8Array {
  return infoHashV2.subarray(0, 20);
}

/** An info hash as people and links write it: lower case hex. */
export function infoHashHex(infoHash: Uint8Array): string {
  return Buffer.from(infoHash.buffer, infoHash.byteOffset, infoHash.length).toString('hex');
}
