import { crc32 } from 'node:zlib';
import type { BinaryString } from '../binary-string.ts';
import type { RunDump } from './peer-facts.ts';
import { groupCount, groups, innermostOf } from './peer-groups.ts';
import type { PeerRuns } from './peer-runs.ts';
import { noRun } from './run-space.ts';
import { newSlab, type Slab } from './slab-pool.ts';
import { type Family, families, marks, type SwarmTable } from './swarm-table.ts';

/**
 * Swarms as a file: what is in memory, as it lies there. A file is of use only where it was written,
 * and to a program that lays out peers alike; another one is refused.
 *
 * Words of 32 bits: the beginning; for each family of each swarm the family, the info hash, the
 * second of the store's clock, the number of peers and the parts of the dump; a 0, and the CRC-32
 * of all that.
 */

const magic = 0x73777265;
const version = 2;
const beginningWords = 6;
const entryWords = 8;
const infoHashLength = 20;
/** So many words, and a swarm's beyond them, are put together at once: less than a millisecond's work. */
const dumpedAtOnce = 32 * 1024;

/** What all swarms of a dump have in common. */
interface DumpBeginning {
  /** Seconds since the epoch when it was begun. */
  writtenAt: number;
  keepsPeerIds: boolean;
  /** That of the tags. */
  tagKey: readonly [number, number];
}

export interface DumpEntry extends RunDump {
  family: Family;
  infoHash: BinaryString;
  /** The second at which it was written, of the clock that tells when peers were heard. */
  second: number;
}

/**
 * All peers of all swarms, in pieces, each of which is there until the next one is asked for; what
 * changes meanwhile is in it or not. `second` gives that of the clock that tells when peers were heard.
 */
export function* dumpSwarms(
  beginning: DumpBeginning,
  table: SwarmTable,
  runs: readonly [PeerRuns, PeerRuns],
  second: () => number,
): Generator<Buffer> {
  let checksum = 0;
  const passed = (piece: Buffer): Buffer => {
    checksum = crc32(piece, checksum);
    return piece;
  };
  yield passed(encodeBeginning(beginning));
  let room = newSlab(2 * dumpedAtOnce);
  let length = 0;
  for (let swarm = 0; swarm < table.end; swarm++) {
    if (!table.is(marks.used, swarm)) continue;
    for (const family of [families.ipv4, families.ipv6] as const) {
      const run = table.runOf(swarm, family);
      if (run === noRun) continue;
      runs[family].open(run);
      const end = length + entryWords + runs[family].dumpWords;
      if (end > room.words.length) room = grown(room, end);
      const { words } = room;
      words[length] = numberOf(family);
      table.copyInfoHash(swarm, words, length + 1);
      words[length + 6] = second();
      words[length + 7] = runs[family].count;
      runs[family].dumpTo(room, length + entryWords);
      length = end;
    }
    if (length < dumpedAtOnce) continue;
    yield passed(bytesOf(room, length));
    length = 0;
  }
  yield passed(bytesOf(room, length));
  yield encodeEnd(checksum);
}

function encodeBeginning({ writtenAt, keepsPeerIds, tagKey }: DumpBeginning): Buffer {
  const words = Uint32Array.of(magic, version, writtenAt, keepsPeerIds ? 1 : 0, ...tagKey);
  return Buffer.from(words.buffer);
}

/** A slab of so many words, with those of a shorter one. */
function grown({ words }: Slab, length: number): Slab {
  const slab = newSlab(length);
  slab.words.set(words);
  return slab;
}

function bytesOf({ words }: Slab, length: number): Buffer {
  return Buffer.from(words.buffer, 0, length * 4);
}

/** `checksum` is the CRC-32 of all before it. */
function encodeEnd(checksum: number): Buffer {
  return Buffer.from(Uint32Array.of(0, checksum).buffer);
}

/**
 * Reads a dump; `lengthsOf` says how long the parts of so many peers of a family are. Throws an
 * Error that says what is wrong with it.
 */
export function* decodeDump(
  file: Uint8Array,
  lengthsOf: (family: Family, count: number) => Record<keyof RunDump, number>,
): Generator<DumpBeginning | DumpEntry> {
  // words must be aligned
  const bytes = Buffer.from(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));
  if (bytes.length % 4 !== 0 || bytes.length < 4 * (beginningWords + 2)) {
    throw new Error('it is cut off');
  }
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  if (words[0] !== magic || words[1] !== version) throw new Error('it is of another kind');
  // what the end says of itself is the 0 before the checksum, which is not in it
  if (crc32(bytes.subarray(0, -8)) !== words.at(-1)) throw new Error('its checksum is wrong');
  yield {
    writtenAt: words[2] as number,
    keepsPeerIds: words[3] === 1,
    tagKey: [words[4] as number, words[5] as number],
  };
  const end = words.length - 2;
  for (let at = beginningWords; at < end; ) {
    const family = familyOf(words[at]);
    const count = words[at + 7];
    if (family === null || count === undefined) throw new Error('it is malformed');
    const lengths = lengthsOf(family, count);
    const reachesAt = at + entryWords;
    const factsAt = reachesAt + lengths.reaches;
    const endpointsAt = factsAt + lengths.facts;
    const next = endpointsAt + Math.ceil(lengths.endpoints / 2);
    if (next > end) throw new Error('it is malformed');
    const reaches = words.subarray(reachesAt, factsAt);
    if (!areReaches(reaches) || peersIn(reaches) !== count) throw new Error('it is malformed');
    yield {
      family,
      infoHash: bytes.toString('latin1', 4 * (at + 1), 4 * (at + 1) + infoHashLength),
      second: words[at + 6] as number,
      reaches,
      facts: words.subarray(factsAt, endpointsAt),
      endpoints: new Uint16Array(words.buffer, 4 * endpointsAt, lengths.endpoints),
    };
    at = next;
  }
}

/** Whether further groups reach further. */
function areReaches(reaches: Uint32Array): boolean {
  return reaches.every((reach, group) => {
    return innermostOf(group) === group || reach >= (reaches[group - 1] as number);
  });
}

/** How many peers a dumped run has. */
export function peersIn(reaches: Uint32Array): number {
  return (reaches[groups.nearbyDownloader] ?? 0) + (reaches[groups.gone] ?? 0);
}

/** The group of the peer that comes after `n` others in a dumped run. */
export function groupIn(reaches: Uint32Array, n: number): number {
  const after = reaches[groups.nearbyDownloader] ?? 0;
  const reach = n < after ? n + 1 : peersIn(reaches) - n;
  let group: number = n < after ? groups.worldDownloader : groups.worldSeed;
  while (group < groupCount - 1 && reach > (reaches[group] ?? 0)) group++;
  return group;
}

function numberOf(family: Family): number {
  return family === families.ipv4 ? 4 : 6;
}

function familyOf(number: number | undefined): Family | null {
  if (number === 4) return families.ipv4;
  return number === 6 ? families.ipv6 : null;
}
