import { hash, timingSafeEqual } from 'node:crypto';
import type { IpAddress } from './ip-address.ts';

/**
 * Connection ids (BEP 15): a client proves that it receives what is sent to its address by
 * repeating the id sent there. Nothing is kept for them: an id is the time it was issued and a
 * keyed hash of that time and the address.
 */
export interface ConnectionIds {
  /** A new id for a client at `address`: 8 bytes. */
  issue(address: IpAddress): Buffer;
  /** Whether these 8 bytes were issued to `address`, whatever its port, and not too long ago. */
  accepts(id: Uint8Array, address: IpAddress): boolean;
}

interface ConnectionIdOptions {
  /** What nobody else knows; 16 bytes or more. */
  secret: Uint8Array;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** BEP 15 asks for two minutes at least; some clients keep an id for longer than it asks them to. */
export const connectionIdSeconds = 300;

export function createConnectionIds({ secret, now }: ConnectionIdOptions): ConnectionIds {
  const currentSeconds = () => Math.floor(now() / 1000);

  // Secret and messages of each family are of fixed lengths, and only 4 bytes of the hash are shown: nobody can
  // go on hashing from there, so this is as good as an HMAC at a twentieth of the time.
  const inputs = { 4: inputFor(secret, 4), 16: inputFor(secret, 16) };

  const issueAt = (seconds: number, address: IpAddress): Buffer => {
    const input = inputs[address.length === 16 ? 16 : 4];
    input.writeUInt32BE(seconds >>> 0, secret.length);
    input.write(address, secret.length + 4, 'latin1');
    const id = Buffer.allocUnsafe(8);
    id.writeUInt32BE(seconds >>> 0, 0);
    id.write(hash('sha256', input, 'hex'), 4, 4, 'hex');
    return id;
  };

  return {
    issue: (address) => issueAt(currentSeconds(), address),
    accepts(id, address) {
      if (id.length !== 8) return false;
      const issued = Buffer.from(id.buffer, id.byteOffset, id.length).readUInt32BE(0);
      const age = currentSeconds() - issued;
      if (age < 0 || age > connectionIdSeconds) return false;
      return timingSafeEqual(issueAt(issued, address), id);
    },
  };
}

function inputFor(secret: Uint8Array, addressLength: number): Buffer {
  const input = Buffer.alloc(secret.length + 4 + addressLength);
  input.set(secret);
  return input;
}
