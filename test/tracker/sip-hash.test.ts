import { expect, test } from 'vitest';
import { sipHash, sipKeyOf } from '../../source/tracker/sip-hash.ts';

const key = sipKeyOf(Uint8Array.from({ length: 16 }, (_, n) => n));

/** The first bytes 0, 1, 2, …, in words. */
function message(bytes: number): Int32Array {
  return new Int32Array(Uint8Array.from({ length: bytes }, (_, n) => n).buffer);
}

test("the hashes of SipHash-2-4's authors, of messages of whole words", () => {
  // vectors.h of the reference implementation; of eight bytes the first four
  const expected = new Map([
    [0, '310e0edd'],
    [4, 'b7877127'],
    [8, '6224939a'],
    [12, 'fbe50e86'],
    [16, 'db9bc257'],
    [20, '98eea21a'],
  ]);
  for (const [bytes, hex] of expected) {
    const hash = Buffer.alloc(4);
    hash.writeInt32LE(sipHash(key, message(bytes), bytes / 4), 0);
    expect([bytes, hash.toString('hex')]).toEqual([bytes, hex]);
  }
});
