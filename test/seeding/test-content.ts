import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encode } from '../../source/bencode/encode.ts';
import type { ContentFile, ContentSource, SeedContent } from '../../source/seeding/content.ts';
import type { Lifetime } from '../helpers/lifetime.ts';

export interface TestContent {
  content: SeedContent;
  files: ContentFile[];
  info: Uint8Array;
  /** The folder they are in. */
  root: string;
  infoHash: string;
  /** All files, one behind the other. */
  bytes: Buffer;
  /** What the pieces hash to. */
  pieceHashes: Buffer[];
  /** The pieces that are known not to be good. */
  badPieces?: Uint8Array | null;
}

let nextId = 1;
const noHashes = { hashes: null, computed: 0 };

/**
 * Writes files of random bytes, with the info dictionary that describes them, to a new directory
 * in `parent` that is gone when the test is over, or its lifetime.
 */
export function writeTestContent(
  lengths: number[],
  pieceLength: number,
  parent = tmpdir(),
  lifetime: Lifetime = onTestFinished,
): TestContent {
  const directory = mkdtempSync(join(parent, 'everseed-seeding-'));
  lifetime(() => rmSync(directory, { recursive: true, force: true }));
  const parts = lengths.map((length) => randomBytes(length));
  const files = parts.map((part, index) => {
    const path = join(directory, `d${index % 3}`, `file ${index}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, part);
    return { path, length: part.length, modifiedMs: Math.floor(statSync(path).mtimeMs) };
  });
  const bytes = Buffer.concat(parts);
  const pieceCount = Math.ceil(bytes.length / pieceLength);
  const pieceHashes = Array.from({ length: pieceCount }, (_, piece) =>
    sha1(bytes.subarray(piece * pieceLength, (piece + 1) * pieceLength)),
  );
  const info = encode({
    files: files.map(({ length }, index) => ({ length, path: [`d${index % 3}`, `file ${index}`] })),
    name: 'test',
    'piece length': pieceLength,
    pieces: Buffer.concat(pieceHashes),
  });
  const infoHash = sha1(info);
  const content: SeedContent = {
    id: nextId++,
    infoHash,
    shortInfoHashV2: null,
    private: false,
    superSeeding: false,
    maxConnections: null,
    infoLength: info.length,
    size: bytes.length,
    pieceLength,
    pieceCount,
    ...placesOf(lengths),
  };
  return {
    content,
    files,
    info,
    root: directory,
    infoHash: infoHash.toString('hex'),
    bytes,
    pieceHashes,
  };
}

/** Where files of these lengths begin and end, one behind the other. */
export function placesOf(lengths: readonly number[]): Pick<SeedContent, 'fileStarts' | 'fileEnds'> {
  let end = 0;
  const fileEnds = Float64Array.from(lengths, (length) => {
    end += length;
    return end;
  });
  return { fileStarts: fileEnds.map((at, index) => at - (lengths[index] ?? 0)), fileEnds };
}

/** What peers of a content may ask for besides. */
export function dataOf({ info }: TestContent) {
  return { info: () => info, hashes: async () => noHashes };
}

/** Contents as the catalog would give them. */
export function sourceOf(contents: Iterable<TestContent>): ContentSource {
  const find = (id: number): TestContent | undefined =>
    [...contents].find(({ content }) => content.id === id);
  return {
    load: (id) => {
      const found = find(id);
      return found ? { content: found.content, badPieces: found.badPieces ?? null } : null;
    },
    root: (id) => find(id)?.root ?? null,
    files: (id, first, end) => find(id)?.files.slice(first, end) ?? [],
    info: (id) => find(id)?.info ?? null,
    badPieces: (id) => find(id)?.badPieces ?? null,
    hashes: async () => noHashes,
  };
}

export function sha1(bytes: Uint8Array): Buffer {
  return createHash('sha1').update(bytes).digest();
}
