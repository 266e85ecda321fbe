import { expect, test } from 'vitest';
import { infoHashProof } from '../../source/seeding/encryption/stream-keys.ts';
import { SeededHashes } from '../../source/seeding/seeded-hashes.ts';

const hashes = ['11', '22', '33'].map((pair) => pair.repeat(20));

function proofOf(hash: string): Uint8Array {
  return infoHashProof(Buffer.from(hash, 'hex'));
}

test('what encrypted handshakes mean is known of what came before the first, and of what comes and goes after it', () => {
  const [before = '', after = '', gone = ''] = hashes;
  const seeded = new SeededHashes();
  seeded.add(1, [before]);
  seeded.add(3, [gone]);
  expect(seeded.withProof(proofOf(before))).toEqual(Buffer.from(before, 'hex'));
  seeded.add(2, [after]);
  seeded.delete(3);
  expect(seeded.withProof(proofOf(after))).toEqual(Buffer.from(after, 'hex'));
  expect(seeded.withProof(proofOf(gone))).toBeNull();
});
