import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PieceTree } from '../../../source/metainfo/hashing/piece-tree.ts';
import { leafHashes, merkleBlockLength, merkleRoot } from '../../../source/metainfo/merkle.ts';

test('has the roots of merkleRoot, whatever was in it before', () => {
  const tree = new PieceTree(16);
  const content = new Uint8Array(16 * merkleBlockLength);
  for (const [index] of content.entries()) content[index] = (index * 2654435761) >>> 24;
  const lengths = fc.integer({ min: 1, max: content.length });
  const widths = fc.constantFrom(undefined, 16);
  fc.assert(
    fc.property(lengths, widths, (length, width) => {
      const bytes = content.subarray(0, length);
      const blocks = Math.ceil(length / merkleBlockLength);
      for (let block = 0; block < blocks; block++) {
        const start = block * merkleBlockLength;
        tree.setBlock(block, bytes.subarray(start, start + merkleBlockLength));
      }
      const root = merkleRoot(leafHashes(bytes), width);
      expect(Buffer.from(tree.root(blocks, width ?? blocks))).toEqual(Buffer.from(root));
    }),
  );
});

test('a piece of one block has its hash', () => {
  const tree = new PieceTree(1);
  tree.setBlock(0, Buffer.from('block'));
  expect(Buffer.from(tree.root(1, 1))).toEqual(Buffer.from(leafHashes(Buffer.from('block'))));
});
