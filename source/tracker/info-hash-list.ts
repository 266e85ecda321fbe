import { type BinaryString, fromHex } from './binary-string.ts';

/** Parts of a set, each so small that no growth of it takes long. */
const parts = 4096;

/** A set of info hashes, which may be a million: to add one never takes long. */
export class InfoHashSet {
  readonly #parts: Set<BinaryString>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(infoHash: BinaryString): boolean {
    return this.#parts[partOf(infoHash)]?.has(infoHash) ?? false;
  }

  add(infoHash: BinaryString): void {
    const part = this.#parts[partOf(infoHash)] ?? new Set();
    this.#parts[partOf(infoHash)] = part;
    const before = part.size;
    this.#size += part.add(infoHash).size - before;
  }
}

/** Hashes are spread as evenly as hashes are; others are somebody's own list. */
function partOf(infoHash: BinaryString): number {
  return ((infoHash.charCodeAt(0) << 8) | infoHash.charCodeAt(1)) % parts;
}

/** Longer lines are no info hash, whatever they say. */
const longestLine = 64 * 1024;

/**
 * Reads a list of info hashes piece by piece: one a line in hex, 40 digits, or the 64 of version 2,
 * of which trackers are told the first 40 (BEP 52). What follows a `#` or a space is a remark.
 */
export class InfoHashListReader {
  readonly infoHashes = new InfoHashSet();
  /** How many lines are none, and the number of the first, counted from 1; 0 when there is none. */
  wrongLines = 0;
  firstWrongLine = 0;
  #lines = 0;
  #rest = '';

  /** Takes in what follows of the text. */
  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    // enough of a line without an end to tell that it is none
    this.#rest = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) this.#read(line);
  }

  /** There is no more. */
  end(): void {
    this.#read(this.#rest);
    this.#rest = '';
  }

  #read(line: string): void {
    this.#lines++;
    const [word = ''] = line.replace(/#.*/s, '').trim().split(/\s/, 1);
    if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(word)) {
      this.infoHashes.add(fromHex(word.slice(0, 40)));
    } else if (word !== '') {
      this.wrongLines++;
      this.firstWrongLine ||= this.#lines;
    }
  }
}
