import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WireError } from '../../../source/seeding/wire/error.ts';
import {
  encodeHandshake,
  type Handshake,
  HandshakeDecoder,
} from '../../../source/seeding/wire/handshake.ts';
import { cut } from '../bytes.ts';

const infoHash = Buffer.from('0123456789abcdef0123456789abcdef01234567', 'hex');
const peerId = Buffer.from('-XX0001-abcdefghijkl', 'latin1');

describe('handshake', () => {
  test('is written as BEP 3, 5, 6, 10 and 52 say', () => {
    const speaks = { fast: true, extended: true, v2: false, dht: false };
    const bytes = encodeHandshake({ infoHash, peerId, ...speaks });
    expect(Buffer.from(bytes).toString('latin1')).toBe(
      `\x13BitTorrent protocol\0\0\0\0\0\x10\0\x04${infoHash.toString('latin1')}-XX0001-abcdefghijkl`,
    );
    const v2 = encodeHandshake({ infoHash, peerId, ...speaks, v2: true });
    expect(Buffer.from(v2).toString('latin1')).toContain('protocol\0\0\0\0\0\x10\0\x14');
    const dht = encodeHandshake({ infoHash, peerId, ...speaks, dht: true });
    expect(Buffer.from(dht).toString('latin1')).toContain('protocol\0\0\0\0\0\x10\0\x05');
  });

  test('comes out as it went in, in whatever chunks, and leaves what is behind it', () => {
    const bytes20 = fc.uint8Array({ minLength: 20, maxLength: 20 });
    const handshakes: fc.Arbitrary<Handshake> = fc.record({
      infoHash: bytes20,
      peerId: bytes20,
      fast: fc.boolean(),
      extended: fc.boolean(),
      v2: fc.boolean(),
      dht: fc.boolean(),
    });
    fc.assert(
      fc.property(handshakes, fc.uint8Array(), fc.array(fc.nat(100)), (sent, behind, cuts) => {
        const decoder = new HandshakeDecoder();
        let received: Handshake | undefined;
        const rest: Uint8Array[] = [];
        for (const chunk of cut(Buffer.concat([encodeHandshake(sent), behind]), cuts)) {
          if (received) {
            rest.push(chunk);
            continue;
          }
          const done = decoder.push(chunk);
          received = done?.handshake;
          if (done) rest.push(done.rest);
        }
        expect(received).toEqual(sent);
        expect(Buffer.concat(rest)).toEqual(Buffer.from(behind));
      }),
    );
  });

  test('is refused at the first byte that cannot be one', () => {
    expect(() => new HandshakeDecoder().push(Uint8Array.of(0x12))).toThrow(WireError);
    const decoder = new HandshakeDecoder();
    expect(decoder.push(Buffer.from('\x13BitTorr'))).toBeNull();
    expect(() => decoder.push(Buffer.from('i'))).toThrow(WireError);
  });

  test('of garbage throws nothing but a WireError', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (chunks) => {
        const decoder = new HandshakeDecoder();
        try {
          for (const chunk of chunks) decoder.push(chunk);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });
});
