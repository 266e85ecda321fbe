import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Conversation } from '../../../source/seeding/encryption/conversation.ts';
import { KeyExchange } from '../../../source/seeding/encryption/key-exchange.ts';
import { initiate } from '../../../source/seeding/encryption/mse-initiator.ts';
import { infoHashProof } from '../../../source/seeding/encryption/stream-keys.ts';
import { type Greeted, Greeting } from '../../../source/seeding/listener/greeting.ts';
import { WireError } from '../../../source/seeding/wire/error.ts';
import { encodeHandshake } from '../../../source/seeding/wire/handshake.ts';
import { cut } from '../bytes.ts';

const infoHash = Buffer.alloc(20, 7);
const speaks = { fast: true, extended: true, v2: false, dht: true };
const handshake = { infoHash, peerId: Buffer.alloc(20, 1), ...speaks };

function greeting(encryptionRequired = false): Greeting {
  return new Greeting({
    exchange: () => new KeyExchange(Buffer.alloc(20, 5)),
    padding: () => Buffer.alloc(10),
    infoHashOf: (proof) => (Buffer.compare(proof, infoHashProof(infoHash)) === 0 ? infoHash : null),
    encryptionRequired,
  });
}

test('a plaintext handshake, in whatever chunks', () => {
  const said = Buffer.concat([encodeHandshake(handshake), Buffer.from('behind')]);
  fc.assert(
    fc.property(fc.array(fc.nat(30)), (cuts) => {
      const one = greeting();
      let greeted: Greeted | null = null;
      const rest: Uint8Array[] = [];
      for (const chunk of cut(said, cuts)) {
        if (greeted) {
          rest.push(chunk);
          continue;
        }
        const { reply, done } = one.push(chunk);
        expect(reply).toBeNull();
        greeted = done;
        if (done) rest.push(done.rest);
      }
      expect(greeted).toMatchObject({ cipher: null, handshake: { fast: true } });
      expect(Buffer.concat(rest).toString()).toBe('behind');
    }),
  );
});

test('plaintext is refused where it must not be', () => {
  expect(() => greeting(true).push(encodeHandshake(handshake))).toThrow(WireError);
});

test.each([false, true])('an encrypted handshake with one inside (required: %s)', (required) => {
  const theirs = greeting(required);
  const ours = new Conversation((heard) =>
    initiate(heard, {
      exchange: new KeyExchange(Buffer.alloc(20, 9)),
      padding: () => Buffer.alloc(300, 2),
      infoHash,
      // the last byte comes behind the encrypted handshake
      initial: encodeHandshake(handshake).subarray(0, 67),
      encryptionRequired: required,
    }),
  );
  const { reply } = theirs.push(ours.push(new Uint8Array(0)).reply);
  const offer = ours.push(reply ?? new Uint8Array(0)).reply;
  const answered = theirs.push(offer);
  expect(answered.done).toBeNull();
  const { result } = ours.push(answered.reply ?? new Uint8Array(0));
  const last = Buffer.concat([encodeHandshake(handshake).subarray(67), Buffer.from('behind')]);
  const { done } = theirs.push(result?.cipher?.outgoing.apply(last) ?? last);
  expect(Buffer.from(done?.rest ?? []).toString()).toBe('behind');
  expect(done?.cipher === null).toBe(!required);
});
