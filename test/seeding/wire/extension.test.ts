import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WireError } from '../../../source/seeding/wire/error.ts';
import {
  encodeExtendedHandshake,
  encodeMetadataPiece,
  encodeMetadataReject,
  metadataPieceCount,
  parseExtendedHandshake,
  parseMetadataMessage,
} from '../../../source/seeding/wire/extension.ts';

const nothing = {
  version: null,
  utMetadataId: 0,
  dontHaveId: 0,
  utPexId: 0,
  uploadOnly: false,
  listenPort: null,
  yourAddress: null,
};

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

describe('extended handshake', () => {
  test('is written as BEP 10, 9 and 21 say', () => {
    const bytes = encodeExtendedHandshake({
      version: 'everseed/1.2.3',
      requestQueueLength: 2000,
      metadataSize: 31_337,
      uploadOnly: true,
      peerExchange: true,
      listenPort: 6881,
      yourAddress: '192.0.2.65',
    });
    expect(text(bytes)).toBe(
      'd1:md11:lt_donthavei3e11:upload_onlyi4e11:ut_metadatai1e6:ut_pexi2ee13:metadata_sizei31337e1:pi6881e4:reqqi2000e11:upload_onlyi1e1:v14:everseed/1.2.36:yourip4:\xc0\0\x02Ae',
    );
  });

  test('is read', () => {
    const payload = Buffer.from(
      'd1:md11:lt_donthavei7e11:ut_metadatai2e6:ut_pexi1ee1:pi6881e4:reqqi500e11:upload_onlyi1e1:v7:\xc2\xb5T 2.06:yourip4:\xcb\0q\x09e',
      'latin1',
    );
    expect(parseExtendedHandshake(payload)).toEqual({
      version: 'µT 2.0',
      utMetadataId: 2,
      dontHaveId: 7,
      utPexId: 1,
      uploadOnly: true,
      listenPort: 6881,
      yourAddress: '203.0.113.9',
    });
  });

  test.each([
    ['2001:db8::1', '20010db8000000000000000000000001'],
    [null, '7f0000'],
    [null, ''],
  ])('says which address the peer sees us at: %s', (address, bytes) => {
    const said = Buffer.from(bytes, 'hex').toString('latin1');
    const payload = Buffer.from(`d6:yourip${bytes.length / 2}:${said}e`, 'latin1');
    expect(parseExtendedHandshake(payload).yourAddress).toBe(address);
  });

  test.each([
    'de',
    'd1:pi0ee',
    'd1:pi65536ee',
    'd1:p4:6881e',
    'd1:vi1ee',
    'd1:mi1ee',
    'd1:mle11:upload_only1:1e',
    'd1:md11:ut_metadatai256eee',
    'd1:md11:ut_metadatai-1eee',
    'd1:md11:ut_metadatai99999999999999999999eee',
  ])('%s says nothing', (payload) => {
    expect(parseExtendedHandshake(Buffer.from(payload))).toEqual(nothing);
  });

  test.each(['', 'd-3:', 'l-3:e', 'd', 'i1e', 'le', 'd1:v99999999999:', 'd'.repeat(100_000)])(
    '%.20s is refused',
    (payload) => {
      expect(() => parseExtendedHandshake(Buffer.from(payload))).toThrow(WireError);
    },
  );

  test('of a hundred thousand values is refused', () => {
    const payload = Buffer.from(`d1:ml${'de'.repeat(50_000)}ee`);
    expect(() => parseExtendedHandshake(payload)).toThrow(WireError);
  });
});

describe('metadata', () => {
  test('requests are read', () => {
    const payload = Buffer.from('d8:msg_typei0e5:piecei3ee');
    expect(parseMetadataMessage(payload)).toEqual({ type: 'request', piece: 3 });
  });

  test('data, rejects and what is not known yet need no answer', () => {
    for (const type of [1, 2, 7]) {
      const payload = Buffer.from(`d8:msg_typei${type}e5:piecei3e10:total_sizei9eerawdata`);
      expect(parseMetadataMessage(payload)).toEqual({ type: 'other' });
    }
  });

  test.each(['d-3:', 'de', 'd8:msg_typei0ee', 'd8:msg_type1:0e', 'd8:msg_typei0e5:piece1:0e'])(
    '%s is refused',
    (payload) => {
      expect(() => parseMetadataMessage(Buffer.from(payload))).toThrow(WireError);
    },
  );

  test('pieces are answered with 16 KiB, the last with the rest', () => {
    const info = new Uint8Array(16_384 + 3).fill(0x78);
    expect(metadataPieceCount(info.length)).toBe(2);
    const first = text(encodeMetadataPiece(0, info));
    expect(first).toMatch(/^d8:msg_typei1e5:piecei0e10:total_sizei16387eex{16384}$/);
    expect(text(encodeMetadataPiece(1, info))).toBe(
      'd8:msg_typei1e5:piecei1e10:total_sizei16387eexxx',
    );
    expect(text(encodeMetadataReject(2))).toBe('d8:msg_typei2e5:piecei2ee');
  });
});

test('garbage throws nothing but a WireError', () => {
  const letters = fc.constantFrom(...'dlie0123456789:-mv');
  const soup = fc.array(letters, { maxLength: 60 }).map((all) => Buffer.from(all.join('')));
  fc.assert(
    fc.property(fc.oneof(soup, fc.uint8Array({ maxLength: 200 })), (payload) => {
      for (const parse of [parseExtendedHandshake, parseMetadataMessage]) {
        try {
          parse(payload);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});
