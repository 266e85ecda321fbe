import { expect, test } from 'vitest';
import { KeyedHash } from '../../../source/tracker/memory/keyed-hash.ts';
import { seededRandom } from '../seeded-random.ts';

test('a hash depends on every word and on the key', () => {
  const random = seededRandom(5);
  const [one, other] = [new KeyedHash(random), new KeyedHash(random)];
  const words = Uint32Array.of(1, 2, 3, 4, 5);
  const hash = one.ofWords(words, 0, 5);
  expect(one.ofWords(Uint32Array.of(9, 1, 2, 3, 4, 5), 1, 5)).toBe(hash);
  expect(other.ofWords(words, 0, 5)).not.toBe(hash);
  for (let word = 0; word < 5; word++) {
    for (let bit = 0; bit < 32; bit++) {
      const changed = words.with(word, (words[word] as number) ^ (1 << bit));
      expect(one.ofWords(changed, 0, 5)).not.toBe(hash);
    }
  }
});

test('hashes are spread evenly, also those of words that hardly differ', () => {
  const hash = new KeyedHash(seededRandom(6));
  const inBucket = new Uint32Array(256);
  for (let n = 0; n < 65_536; n++) {
    const bucket = hash.ofWords(Uint32Array.of(n, 0), 0, 2) & 0xff;
    inBucket[bucket] = (inBucket[bucket] as number) + 1;
  }
  // 256 in each on average; a spread of 16 is what chance makes
  expect(Math.min(...inBucket)).toBeGreaterThan(256 - 5 * 16);
  expect(Math.max(...inBucket)).toBeLessThan(256 + 5 * 16);
});
