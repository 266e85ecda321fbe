import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { decodeDictionary } from '../../source/bencode/decode.ts';
import { Catalog } from '../../source/catalog/catalog.ts';
import type { PublicationRow } from '../../source/catalog/rows.ts';
import { openContentSource } from '../../source/engine/content-source.ts';
import { swarmHashesOf } from '../../source/engine/swarms.ts';
import { readInfo } from '../../source/metainfo/info.ts';
import { rootOfPieceLayer } from '../../source/metainfo/merkle.ts';
import { createMutex } from '../../source/publishing/mutex.ts';
import { publish } from '../../source/publishing/publish.ts';
import { createTurns } from '../../source/publishing/turns.ts';
import { Seeder } from '../../source/seeding/seeder.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Leecher, type LeecherOptions } from '../helpers/leecher.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { seederSettings } from './running-seeder.ts';

const k = 1024;
const pieceLength = 32 * k;
const id = { piece: 7, haveAll: 14, hashRequest: 21, hashes: 22, hashReject: 23 };

/** In the order of their pieces; each begins with a piece of its own. */
const files = {
  'a empty': 0,
  'b short': 7,
  'c large': 9 * pieceLength + 5,
  'd whole': pieceLength,
};
const pieces = { 'b short': [0, 1], 'c large': [1, 11], 'd whole': [11, 12] } as const;

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A folder published for real, and a seeder that serves it from the catalog. */
async function seeded(format: 'v1' | 'v2' | 'hybrid') {
  const folder = await temporaryFolder();
  const path = join(folder, 'content');
  for (const [name, length] of Object.entries(files)) {
    await writeRandomFile(join(path, name), length);
  }
  const catalogFile = join(folder, 'catalog.sqlite');
  const catalog = new Catalog(catalogFile);
  onTestFinished(() => catalog.close());
  const host = {
    catalog,
    hashThreads: () => 1,
    now: Date.now,
    hashingTurns: createTurns(),
    exclusively: createMutex(),
    goLive: async () => undefined,
    mend: async (row: PublicationRow) => row,
  };
  const observer = {
    signal: new AbortController().signal,
    checkpoint: { before: null, onHashed: () => undefined },
    onScanned: () => undefined,
    onWaiting: () => undefined,
    onHashing: () => undefined,
    onRegistering: () => undefined,
  };
  const { publication } = await publish(host, path, { format, pieceLength }, observer);
  const source = openContentSource(catalogFile);
  opened.push(() => source.close());
  const errors: unknown[] = [];
  const seeder = new Seeder(
    {
      host: '127.0.0.1',
      host6: null,
      port: 0,
      peerId: Buffer.alloc(20, 'e'),
      ...seederSettings,
    },
    source,
    {
      traffic: () => undefined,
      fault: (fault) => errors.push(fault),
      addressSeen: () => undefined,
      dhtNode: () => undefined,
      restored: () => undefined,
      released: () => undefined,
      reachedFromOutside: () => undefined,
      error: (error) => errors.push(error),
    },
  );
  const { port } = await seeder.start();
  opened.push(() => seeder.stop());
  seeder.seed([{ id: publication.id, infoHashes: swarmHashesOf(publication), uploadLimit: null }]);
  const connect = (options: LeecherOptions) => {
    const leecher = new Leecher(port, options);
    opened.push(() => leecher.close());
    return leecher;
  };
  const info = source.info(publication.id) ?? new Uint8Array();
  const rootOf = (name: string) => {
    const parsed = readInfo(decodeDictionary(info).dictionary);
    const root = parsed.files.find((file) => file.path[0] === name)?.piecesRoot;
    if (!root) throw new Error(`${name} has no pieces root`);
    return Buffer.from(root);
  };
  return { publication, path, connect, rootOf, errors, hashes: swarmHashesOf(publication) };
}

describe('the handshake', () => {
  test('of a hybrid answers each info hash, and v1 with v2 to who speaks both', async () => {
    const { connect, hashes } = await seeded('hybrid');
    const [v1 = '', v2 = ''] = hashes;
    const cases = [
      { infoHash: v1, v2: false, answer: v1 },
      { infoHash: v1, v2: true, answer: v2 },
      { infoHash: v2, v2: false, answer: v2 },
      { infoHash: v2, v2: true, answer: v2 },
    ];
    for (const { answer, ...asked } of cases) {
      const handshake = await connect(asked).handshake;
      expect(handshake.subarray(28, 48).toString('hex')).toBe(answer);
      expect(handshake.subarray(20, 28).toString('hex')).toBe('0000000000100014');
    }
  });

  test('of a v1 publication does not speak of v2', async () => {
    const { connect, hashes } = await seeded('v1');
    const handshake = await connect({ infoHash: hashes[0] ?? '', v2: true }).handshake;
    expect(handshake.subarray(20, 48).toString('hex')).toBe(`0000000000100004${hashes[0]}`);
  });
});

test.each(['v2', 'hybrid'] as const)(
  'the files of %s are at their pieces, with zeros between',
  async (format) => {
    const { publication, path, connect, hashes, errors } = await seeded(format);
    expect(publication).toMatchObject({ pieceCount: 12, format });
    for (const infoHash of hashes) {
      const leecher = connect({ infoHash });
      const all = await leecher.download(publication.paddedSize, pieceLength);
      const expected = Buffer.alloc(publication.paddedSize);
      for (const [name, [first]] of Object.entries(pieces)) {
        (await readFile(join(path, name))).copy(expected, first * pieceLength);
      }
      expect(all.equals(expected)).toBe(true);
    }
    expect(errors).toEqual([]);
  },
);

describe('hash requests', () => {
  const send = (leecher: Leecher, root: Buffer, ...numbers: number[]) =>
    leecher.send(id.hashRequest, root, ...numbers);

  test('are answered with the hashes of pieces', async () => {
    const { connect, hashes, rootOf } = await seeded('hybrid');
    const leecher = connect({ infoHash: hashes[1] ?? '' });
    await leecher.next(id.haveAll);
    const root = rootOf('c large');
    send(leecher, root, 1, 0, 16, 3);
    const answer = await leecher.next(id.hashes);
    expect(answer.subarray(0, 32)).toEqual(root);
    expect(answer.subarray(32, 48).toString('hex')).toBe('00000001000000000000001000000003');
    expect(answer.length).toBe(48 + 16 * 32);
    const layer = answer.subarray(48, 48 + 10 * 32);
    expect(Buffer.from(rootOfPieceLayer(layer, pieceLength))).toEqual(root);
  });

  test('for what is not known are rejected, with what they asked for', async () => {
    const { connect, hashes, rootOf } = await seeded('v2');
    const leecher = connect({ infoHash: hashes[0] ?? '' });
    await leecher.next(id.haveAll);
    const requests = [
      { root: Buffer.alloc(32, 1), numbers: [1, 0, 2, 0] },
      { root: rootOf('c large'), numbers: [0, 0, 2, 0] },
      { root: rootOf('c large'), numbers: [1, 16, 16, 0] },
      { root: rootOf('d whole'), numbers: [1, 0, 2, 0] },
    ];
    for (const { root, numbers } of requests) {
      send(leecher, root, ...numbers);
      const reject = await leecher.next(id.hashReject);
      expect(reject.subarray(0, 32)).toEqual(root);
      expect(numbers.map((_, at) => reject.readUInt32BE(32 + 4 * at))).toEqual(numbers);
    }
  });

  test('of a v1 publication are rejected', async () => {
    const { connect, hashes } = await seeded('v1');
    const leecher = connect({ infoHash: hashes[0] ?? '' });
    send(leecher, Buffer.alloc(32), 0, 0, 2, 0);
    await leecher.next(id.hashReject);
  });

  test('are rejected when they are very many', async () => {
    const { connect, hashes, rootOf } = await seeded('v2');
    const leecher = connect({ infoHash: hashes[0] ?? '' });
    await leecher.next(id.haveAll);
    for (let n = 0; n < 1_000; n++) send(leecher, rootOf('c large'), 1, 0, 16, 0);
    await leecher.count([id.hashes, id.hashReject], 1_000);
    const answered = leecher.messages.filter((message) => message.id === id.hashes).length;
    // 3 times the 12 pieces, and 4,096 more
    expect(answered).toBeLessThanOrEqual((3 * 12 + 4_096) / 16);
    expect(answered).toBeGreaterThan(0);
  });
});
