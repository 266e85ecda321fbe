import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Bytes that differ from place to place, the same for the same seed. */
function noise(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** Writes files of the given lengths, each of other bytes; returns all bytes in the given order. */
export async function writeFiles(
  folder: string,
  lengths: Readonly<Record<string, number>>,
): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for (const [path, length] of Object.entries(lengths)) {
    const bytes = noise(length, all.length + 1);
    all.push(bytes);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return Buffer.concat(all);
}
