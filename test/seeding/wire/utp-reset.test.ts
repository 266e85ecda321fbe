import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resetForSyn } from '../../../source/seeding/wire/utp-reset.ts';

// as Transmission 3.00 sends it
const syn = Buffer.from('4102e6da11cf3ae9000000000004000000010000000800000000000000', 'hex');

test('a request for a connection is answered with a reset of that connection', () => {
  expect(Buffer.from(resetForSyn(syn) ?? []).toString('hex')).toBe(
    `3100${'e6da'}${'00'.repeat(14)}${'0001'}`,
  );
});

test('nothing else is answered, and nothing is answered with more than it was', () => {
  expect(resetForSyn(syn.subarray(0, 19))).toBeNull();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (packet) => {
      const reset = resetForSyn(packet);
      expect(reset === null || (packet[0] === 0x41 && reset.length <= packet.length)).toBe(true);
    }),
  );
});
