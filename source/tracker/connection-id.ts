import type { IpAddress } from './ip-address.ts';
import { wordAt, writeWord } from './network-order.ts';
import { sipHash, sipKeyOf } from './sip-hash.ts';

/**
 * Connection ids (BEP 15): a client proves that it receives what is sent to its address by
 * repeating the id sent there. Nothing is kept for them: an id is the time it was issued and a
 * keyed hash of that time and the address.
 */
export interface ConnectionIds {
  /** A new id for a client at `address`: 8 bytes. */
  issue(address: IpAddress): Buffer;
  /** Whether the 8 bytes from `at` on were issued to `address`, whatever its port, and not too long ago. */
  accepts(bytes: Uint8Array, at: number, address: IpAddress): boolean;
}

interface ConnectionIdOptions {
  /** What nobody else knows; 16 bytes. */
  secret: Uint8Array;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** BEP 15 asks for two minutes at least; some clients keep an id for longer than it asks them to. */
export const connectionIdSeconds = 300;

/** A power of two. */
const provenRemembered = 4096;

export function createConnectionIds({ secret, now }: ConnectionIdOptions): ConnectionIds {
  const key = sipKeyOf(secret);
  const currentSeconds = () => Math.floor(now() / 1000);
  /** The time, and the address: 4 or 16 bytes, which the hash keeps apart by their length. */
  const message = new Int32Array(5);

  const hashOf = (seconds: number, address: IpAddress): number => {
    message[0] = seconds;
    const words = address.length / 4;
    for (let word = 0; word < words; word++) {
      const at = word * 4;
      message[word + 1] =
        address.charCodeAt(at) |
        (address.charCodeAt(at + 1) << 8) |
        (address.charCodeAt(at + 2) << 16) |
        (address.charCodeAt(at + 3) << 24);
    }
    return sipHash(key, message, words + 1);
  };

  /** Ids that were proven, by place: a client announces all that it shares by one. */
  const proven = {
    seconds: new Int32Array(provenRemembered),
    hashes: new Int32Array(provenRemembered),
    addresses: Array.from({ length: provenRemembered }, (): IpAddress => ''),
  };

  return {
    issue(address) {
      const seconds = currentSeconds();
      const id = Buffer.allocUnsafe(8);
      writeWord(id, 0, seconds);
      writeWord(id, 4, hashOf(seconds, address));
      return id;
    },
    accepts(bytes, at, address) {
      const issued = wordAt(bytes, at) >>> 0;
      const age = currentSeconds() - issued;
      if (age < 0 || age > connectionIdSeconds) return false;
      const hash = wordAt(bytes, at + 4);
      const place = hash & (provenRemembered - 1);
      const isProven =
        proven.hashes[place] === hash &&
        proven.seconds[place] === (issued | 0) &&
        proven.addresses[place] === address;
      if (isProven) return true;
      // Comparing two numbers takes the same time wherever they differ.
      if (hash !== hashOf(issued, address)) return false;
      proven.hashes[place] = hash;
      proven.seconds[place] = issued;
      proven.addresses[place] = address;
      return true;
    },
  };
}
