import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WireError } from '../../../source/seeding/wire/error.ts';
import { MessageDecoder } from '../../../source/seeding/wire/message-decoder.ts';
import type { Message } from '../../../source/seeding/wire/messages.ts';
import { cut, hex } from '../bytes.ts';

const pieceCount = 12;

/** The messages in the chunks; payloads copied, as they hold only during the call. */
function decode(chunks: Iterable<Uint8Array>): Message[] {
  const decoder = new MessageDecoder(pieceCount);
  const messages: Message[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk, (message) => {
      if (message.type === 'bitfield')
        messages.push({ ...message, bits: new Uint8Array(message.bits) });
      else if (message.type === 'extended') {
        messages.push({ ...message, payload: new Uint8Array(message.payload) });
      } else if (message.type === 'hash-request') {
        messages.push({ ...message, piecesRoot: new Uint8Array(message.piecesRoot) });
      } else messages.push(message);
    });
  }
  return messages;
}

/** Decodes without caring what; only a WireError may come of it. */
function survives(chunks: Iterable<Uint8Array>): void {
  try {
    decode(chunks);
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
  }
}

const samples: [string, Message][] = [
  ['00000000', { type: 'keep-alive' }],
  ['00000001 00', { type: 'choke' }],
  ['00000001 01', { type: 'unchoke' }],
  ['00000001 02', { type: 'interested' }],
  ['00000001 03', { type: 'not-interested' }],
  ['00000005 04 ffffffff', { type: 'have', piece: 0xffffffff }],
  ['00000003 05 fff0', { type: 'bitfield', bits: hex('fff0') }],
  [
    '0000000d 06 00000001 00004000 00020000',
    { type: 'request', piece: 1, begin: 0x4000, length: 0x20000 },
  ],
  [
    '0000000d 08 80000000 00000000 00004000',
    { type: 'cancel', piece: 0x80000000, begin: 0, length: 0x4000 },
  ],
  ['00000003 09 1ae1', { type: 'port', port: 6881 }],
  ['00000005 0d 00000002', { type: 'suggest-piece', piece: 2 }],
  ['00000001 0e', { type: 'have-all' }],
  ['00000001 0f', { type: 'have-none' }],
  [
    '0000000d 10 00000001 00000002 00000003',
    { type: 'reject-request', piece: 1, begin: 2, length: 3 },
  ],
  ['00000005 11 00000007', { type: 'allowed-fast', piece: 7 }],
  [
    `00000031 15 ${'ab'.repeat(32)} 00000005 00000200 00000100 ffffffff`,
    {
      type: 'hash-request',
      piecesRoot: hex('ab'.repeat(32)),
      baseLayer: 5,
      index: 512,
      length: 256,
      proofLayers: 0xffffffff,
    },
  ],
  ['00000004 14 00 6465', { type: 'extended', id: 0, payload: hex('6465') }],
  ['00000002 14 07', { type: 'extended', id: 7, payload: hex('') }],
  ['00000003 63 aabb', { type: 'unknown', id: 0x63 }],
];

describe('messages', () => {
  test.each(samples)('%s', (bytes, message) => {
    expect(decode([hex(bytes)])).toEqual([message]);
  });

  test('come out the same in whatever chunks they come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...samples), { maxLength: 30 }),
        fc.array(fc.nat(20), { maxLength: 60 }),
        (sent, cuts) => {
          const stream = Buffer.concat(sent.map(([bytes]) => hex(bytes)));
          expect(decode(cut(stream, cuts))).toEqual(sent.map(([, message]) => message));
        },
      ),
    );
  });

  test('are not there before their last byte', () => {
    const request = hex('0000000d 06 00000001 00004000 00004000');
    expect(decode([request.subarray(0, 16)])).toEqual([]);
    expect(decode(Array.from(request, (byte) => Uint8Array.of(byte)))).toHaveLength(1);
  });
});

describe('lengths', () => {
  test.each([
    ['a bitfield that is too short', '00000002 05'],
    ['a bitfield that is too long', '00000004 05'],
    ['a request of 12 bytes', '0000000c 06'],
    ['a have of 5', '00000006 04'],
    ['an interested with a payload', '00000002 02'],
    ['a piece, which nobody asked for', '00004009 07'],
    ['an extended message above 128 KiB', '0002000e 14'],
    ['an unknown message above 128 KiB', '0002000e 63'],
    ['a length that looks negative', 'ffffffff 14'],
    ['an extended message without an id', '00000001 14'],
  ])('%s is refused as soon as its kind is known', (_, bytes) => {
    expect(() => decode([hex(bytes)])).toThrow(WireError);
    expect(() => decode(Array.from(hex(bytes), (byte) => Uint8Array.of(byte)))).toThrow(WireError);
  });

  test('the longest extended message is let through', () => {
    const message = Buffer.concat([hex('0002000d 14 01'), new Uint8Array(0x20000 + 11)]);
    expect(decode(cut(message, [1000, 1, 70_000]))).toMatchObject([{ type: 'extended', id: 1 }]);
  });

  test('a bitfield may be longer than other messages', () => {
    const decoder = new MessageDecoder(8 * 200_000);
    const message = Buffer.concat([hex('00030d41 05'), new Uint8Array(200_000).fill(0xff)]);
    const lengths: number[] = [];
    for (const chunk of cut(message, [50_000, 100_000])) {
      decoder.push(chunk, (got) => got.type === 'bitfield' && lengths.push(got.bits.length));
    }
    expect(lengths).toEqual([200_000]);
  });

  test('a message that dribbles in is copied a few times, however many chunks it comes in', () => {
    const message = Buffer.concat([hex('0001ffff 14 01'), new Uint8Array(0x1fffd)]);
    const copying = vi.spyOn(Uint8Array.prototype, 'set');
    onTestFinished(() => copying.mockRestore());
    const decoder = new MessageDecoder(pieceCount);
    let decoded = 0;
    for (const byte of message) decoder.push(Uint8Array.of(byte), () => decoded++);
    let copied = 0;
    for (const [source] of copying.mock.calls) copied += source.length;
    expect(decoded).toBe(1);
    expect(copied).toBeGreaterThanOrEqual(message.length);
    expect(copied).toBeLessThan(4 * message.length);
  });
});

describe('garbage', () => {
  test('throws nothing but a WireError', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), survives), {
      numRuns: 1_000,
    });
  });

  test('with plausible heads throws nothing but a WireError', () => {
    const head = fc
      .tuple(fc.nat(40), fc.nat(22), fc.uint8Array({ maxLength: 45 }))
      .map(([length, id, payload]) => Buffer.from([0, 0, 0, length, id, ...payload]));
    fc.assert(fc.property(fc.array(head), survives), { numRuns: 1_000 });
  });
});
