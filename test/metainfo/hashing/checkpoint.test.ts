import { appendFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanContent } from '../../../source/metainfo/content.ts';
import {
  createInfo,
  type InfoOptions,
  type TorrentFormat,
} from '../../../source/metainfo/create.ts';
import type { HashedBefore, HashedPieces } from '../../../source/metainfo/hashing/checkpoint.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { writeFiles } from '../content-on-disk.ts';

const KiB = 1024;
const formats = ['v1', 'v2', 'hybrid'] as const satisfies TorrentFormat[];
/** Each takes several batches, so there are some to lose. */
const workers = 2;

const lengths = { a: 100_000, b: 0, c: 300_000, 'd/e': 16 * KiB, 'd/f': 500_001, g: 70_000, z: 9 };

const optionsOf = (format: TorrentFormat): InfoOptions => ({ format, pieceLength: 16 * KiB });

/** Hashes content until it fails at `z`, which changes meanwhile; what was told of until then. */
async function interrupted(folder: string, format: TorrentFormat): Promise<HashedBefore | null> {
  const content = await scanContent(folder);
  await utimes(join(folder, 'z'), 1000, 1000);
  const pieces: HashedPieces[] = [];
  let before: HashedBefore | null = null;
  const hashing = createInfo(content, optionsOf(format), {
    workers,
    checkpoint: {
      before: null,
      onHashed(layout, some) {
        pieces.push(...some);
        before = { layout, pieces };
      },
    },
  });
  await expect(hashing).rejects.toMatchObject({ code: 'content-changed' });
  return before;
}

/** Hashes what there is now, with and without what an earlier run knew. */
async function resumed(folder: string, format: TorrentFormat, before: HashedBefore | null) {
  const content = await scanContent(folder);
  let bytesKnown: number | undefined;
  const picked = await createInfo(content, optionsOf(format), {
    workers,
    checkpoint: { before, onHashed: () => undefined },
    onProgress: ({ hashedBytes }) => {
      bytesKnown ??= hashedBytes;
    },
  });
  const fresh = await createInfo(content, optionsOf(format), { workers });
  expect(picked).toEqual(fresh);
  return { bytesKnown: bytesKnown ?? 0, bytes: content.size };
}

async function newFolder(): Promise<string> {
  const folder = join(await temporaryFolder(), 'content');
  await writeFiles(folder, lengths);
  return folder;
}

describe.each(formats)('hashing that is picked up, %s', (format) => {
  test('reads what was not hashed, and no more', async () => {
    const folder = await newFolder();
    const before = await interrupted(folder, format);
    const { bytesKnown, bytes } = await resumed(folder, format, before);
    // all but the batches of the file that changed, and those another thread had in hand
    expect(bytesKnown).toBeGreaterThan(bytes * 0.5);
    expect(bytesKnown).toBeLessThan(bytes);
  });

  test.each<[string, (at: (path: string) => string) => Promise<unknown>]>([
    ['a file has grown', (at) => appendFile(at('c'), 'more')],
    ['a file has shrunk', (at) => truncate(at('c'), 299_999)],
    ['a file has other bytes', (at) => writeFile(at('c'), new Uint8Array(300_000))],
    ['a file is gone', (at) => rm(at('c'))],
    ['the last files are gone', (at) => Promise.all([rm(at('g')), rm(at('z'))])],
    ['a file is new', (at) => writeFile(at('bb'), 'new')],
    ['an empty file is new', (at) => writeFile(at('bb'), '')],
    ['an empty file is no longer', (at) => writeFile(at('b'), 'new')],
    ['a file has another name', (at) => rename(at('a'), at('h'))],
    [
      'two files have changed places',
      async (at) => {
        await rename(at('a'), at('x'));
        await rename(at('c'), at('a'));
        await rename(at('x'), at('c'));
      },
    ],
    [
      'there is one file left',
      (at) =>
        Promise.all([
          ...['a', 'b', 'd', 'g', 'z'].map((name) => rm(at(name), { recursive: true })),
        ]),
    ],
    [
      'all is new',
      (at) => Promise.all(Object.keys(lengths).map((name) => utimes(at(name), 2000, 2000))),
    ],
  ])('is right when meanwhile %s', async (_, change) => {
    const folder = await newFolder();
    const before = await interrupted(folder, format);
    await change((path) => join(folder, path));
    await resumed(folder, format, before);
  });
});

test('a changed file is hashed from its first piece, what is before it is not read again', async () => {
  const folder = await newFolder();
  const before = await interrupted(folder, 'v1');
  await appendFile(join(folder, 'd/f'), 'more');
  const { bytesKnown } = await resumed(folder, 'v1', before);
  // Batches have 8 pieces here; three lie before the file, of which another thread may have had one
  // in hand.
  expect(bytesKnown).toBeGreaterThanOrEqual(2 * 8 * 16 * KiB);
  expect(bytesKnown).toBeLessThan(416_384);
});

test('hashes of another shape or piece length are of no use', async () => {
  const folder = await newFolder();
  const before = await interrupted(folder, 'v2');
  if (!before) throw new Error('nothing was hashed');
  expect(await resumed(folder, 'hybrid', before)).toMatchObject({ bytesKnown: 0 });
  const layout = { ...before.layout, pieceLength: 32 * KiB };
  expect(await resumed(folder, 'v2', { ...before, layout })).toMatchObject({ bytesKnown: 0 });
});

test('whatever was known and whatever changed, what comes of it is the same as from scratch', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const size = fc.constantFrom(0, 1, 16_384, 16_385, 40_000, 65_536);
  const files = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), size), {
    minLength: 1,
    selector: ([name]) => name,
  });
  const change = fc.tuple(fc.constantFrom(...names), fc.option(size));
  const changes = fc.array(change, { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...formats),
      files,
      changes,
      fc.array(fc.boolean(), { maxLength: 30 }),
      async (format, written, changed, lost) => {
        const folder = join(await temporaryFolder(), 'content');
        await writeFiles(folder, { ...Object.fromEntries(written), z: 9 });
        const before = await interrupted(folder, format);
        const kept = before?.pieces.filter((_, index) => !lost[index]) ?? [];
        for (const [name, length] of changed) {
          if (length === null) await rm(join(folder, name), { force: true });
          else await writeFile(join(folder, name), new Uint8Array(length).fill(length % 251));
        }
        await resumed(folder, format, before && { ...before, pieces: kept });
      },
    ),
    { numRuns: 25 },
  );
});
