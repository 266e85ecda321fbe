import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encode } from '../../source/bencode/encode.ts';
import type { SeedContent } from '../../source/seeding/content.ts';

export interface TestContent {
  content: SeedContent;
  infoHash: string;
  /** All files, one behind the other. */
  bytes: Buffer;
  /** What the pieces hash to. */
  pieceHashes: Buffer[];
}

let nextId = 1;

/**
 * Writes files of random bytes, with the info dictionary that describes them, to a new directory
 * that is gone when the test is over.
 */
export function writeTestContent(lengths: number[], pieceLength: number): TestContent {
  const directory = mkdtempSync(join(tmpdir(), 'everseed-seeding-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
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
    info,
    size: bytes.length,
    pieceLength,
    pieceCount,
    private: false,
    files,
  };
  return { content, infoHash: infoHash.toString('hex'), bytes, pieceHashes };
}

export function sha1(bytes: Uint8Array): Buffer {
  return createHash('sha1').update(bytes).digest();
}
