import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { KeyExchange } from '../../../source/seeding/encryption/key-exchange.ts';
import { WireError } from '../../../source/seeding/wire/error.ts';

const prime = BigInt(
  '0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A63A36210000000000090563',
);

/** By hand, as MSE has it: 96 bytes, with the zeros in front. */
function power(base: bigint, exponent: Uint8Array): string {
  let result = 1n;
  for (const bit of BigInt(`0x${Buffer.from(exponent).toString('hex')}`).toString(2)) {
    result = (result * result) % prime;
    if (bit === '1') result = (result * base) % prime;
  }
  return result.toString(16).padStart(192, '0');
}

const digits = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('keys and secrets are powers modulo the prime, whole', () => {
  for (let n = 0; n < 50; n++) {
    const keys = [randomBytes(20), randomBytes(20)] as const;
    const [ours, theirs] = [new KeyExchange(keys[0]), new KeyExchange(keys[1])];
    expect(digits(ours.publicKey)).toBe(power(2n, keys[0]));
    const secret = power(BigInt(`0x${digits(theirs.publicKey)}`), keys[0]);
    expect(digits(ours.secret(theirs.publicKey))).toBe(secret);
    expect(digits(theirs.secret(ours.publicKey))).toBe(secret);
  }
});

test('keys that begin with zeros keep their length', () => {
  const short = new KeyExchange(Uint8Array.of(3));
  expect(digits(short.publicKey)).toBe('8'.padStart(192, '0'));
  const one = new KeyExchange(Uint8Array.of(1));
  expect(digits(one.secret(short.publicKey))).toBe('8'.padStart(192, '0'));
});

test.each([
  ['zero', Buffer.alloc(96)],
  ['one', Buffer.from('1'.padStart(192, '0'), 'hex')],
  ['the prime', Buffer.from(prime.toString(16), 'hex')],
  ['above the prime', Buffer.alloc(96, 0xff)],
])('%s is no public key', (_, bytes) => {
  expect(() => new KeyExchange().secret(bytes)).toThrow(WireError);
});
