import { expect, test } from 'vitest';
import {
  bitfieldLength,
  choke,
  encodeAllowedFast,
  encodeBitfield,
  encodeExtended,
  encodeHave,
  encodePort,
  encodeRejectRequest,
  haveAll,
  haveNone,
  keepAlive,
  unchoke,
  writePieceHeader,
} from '../../../source/seeding/wire/messages.ts';
import { hex } from '../bytes.ts';

test.each([
  ['keep-alive', keepAlive, '00000000'],
  ['choke', choke, '00000001 00'],
  ['unchoke', unchoke, '00000001 01'],
  ['have', encodeHave(0x01020304), '00000005 04 01020304'],
  ['allowed fast', encodeAllowedFast(0x01020304), '00000005 11 01020304'],
  ['port', encodePort(0x1ae1), '00000003 09 1ae1'],
  ['bitfield', encodeBitfield(hex('ff80')), '00000003 05 ff80'],
  ['have all', haveAll, '00000001 0e'],
  ['have none', haveNone, '00000001 0f'],
  [
    'reject request',
    encodeRejectRequest({ piece: 0xfffffffe, begin: 0x4000, length: 0x20000 }),
    '0000000d 10 fffffffe 00004000 00020000',
  ],
  ['extended', encodeExtended(3, hex('6465')), '00000004 14 03 6465'],
])('%s', (_, message, expected) => {
  expect(message).toEqual(hex(expected));
});

test('the header of a piece goes in front of its data', () => {
  const bytes = new Uint8Array(15).fill(0xee);
  writePieceHeader(bytes, 1, { piece: 5, begin: 0x8000, length: 0x4000 });
  expect(bytes).toEqual(hex('ee 00004009 07 00000005 00008000 ee'));
});

test('a bitfield has a bit a piece', () => {
  expect([0, 1, 8, 9].map(bitfieldLength)).toEqual([0, 1, 1, 2]);
});
