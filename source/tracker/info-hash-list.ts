import { type BinaryString, fromHex } from './binary-string.ts';

/** Info hashes that a file lists. */
export interface InfoHashList {
  infoHashes: ReadonlySet<BinaryString>;
  /** The numbers of the lines that are none, counted from 1. */
  wrongLines: number[];
}

/**
 * Reads a list of info hashes: one a line in hex, 40 digits, or the 64 of version 2, of which
 * trackers are told the first 40 (BEP 52). What follows a `#` or a space is a remark.
 */
export function parseInfoHashList(text: string): InfoHashList {
  const infoHashes = new Set<BinaryString>();
  const wrongLines: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [word = ''] = line.replace(/#.*/s, '').trim().split(/\s/);
    if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(word)) infoHashes.add(fromHex(word.slice(0, 40)));
    else if (word !== '') wrongLines.push(index + 1);
  }
  return { infoHashes, wrongLines };
}
