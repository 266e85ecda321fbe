import { expect, test } from 'vitest';
import { Rc4 } from '../../../source/seeding/encryption/rc4.ts';
import { hex } from '../bytes.ts';

test.each([
  ['Key', 'Plaintext', 'bbf316e8d940af0ad3'],
  ['Wiki', 'pedia', '1021bf0420'],
  ['Secret', 'Attack at dawn', '45a01f645fc35b383552544b9bf5'],
])('encrypts by %s', (key, plain, encrypted) => {
  const bytes = Buffer.from(plain);
  expect(new Rc4(Buffer.from(key)).apply(bytes)).toEqual(Buffer.from(encrypted, 'hex'));
  expect(new Rc4(Buffer.from(key)).apply(bytes).toString()).toBe(plain);
});

// RFC 6229
test.each([
  ['0102030405', 1024, '30abbcc7c20b01609f23ee2d5f6bb7df'],
  ['0102030405060708090a0b0c0d0e0f10', 4096, 'a36a4c301ae8ac13610ccbc12256cacc'],
])('the key stream of %s from byte %d on', (key, offset, stream) => {
  const rc4 = new Rc4(hex(key)).skip(offset);
  expect(rc4.apply(new Uint8Array(16))).toEqual(hex(stream));
});

test('in parts is the same as at once', () => {
  const whole = new Rc4(hex('010203')).apply(new Uint8Array(1000));
  const inParts = new Rc4(hex('010203'));
  const parts = [1, 0, 254, 2, 743].map((length) => inParts.apply(new Uint8Array(length)));
  expect(Buffer.concat(parts)).toEqual(Buffer.from(whole));
});
