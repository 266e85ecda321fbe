import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../source/bencode/decode.ts';
import { encode } from '../../source/bencode/encode.ts';
import { editTorrent } from '../../source/metainfo/edit.ts';
import { MetainfoError } from '../../source/metainfo/metainfo-error.ts';
import { parseTorrent } from '../../source/metainfo/torrent-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeFiles } from './content-on-disk.ts';
import { hasLibtorrent, libtorrentRead } from './libtorrent-oracle.ts';
import { libtorrentTorrent } from './libtorrent-torrents.ts';

const info = {
  length: 5,
  name: 'a',
  'piece length': 16384,
  pieces: new Uint8Array(20),
  'x-unknown': [1, { b: 2n ** 63n }],
};
const original = encode({
  announce: 'http://a/',
  'announce-list': [['http://a/', 'http://b/']],
  comment: 'before',
  'comment.utf-8': 'before',
  'created by': 'somebody',
  'creation date': 7,
  info,
  'url-list': 'http://w/',
  'x-unknown': 'kept',
});

describe('editTorrent', () => {
  test('without changes gives the same bytes', () => {
    expect(editTorrent(original, {})).toMatchObject({ bytes: original, infoChanged: false });
  });

  test('changes what is around the info, whose hash stays', () => {
    const { bytes, before, after, infoChanged } = editTorrent(original, {
      trackers: [['http://c/'], ['http://d/', 'http://e/'], []],
      webSeeds: ['http://x/', 'http://y/'],
      comment: 'after',
      createdBy: null,
      creationDate: 8,
    });
    expect(infoChanged).toBe(false);
    expect(after.infoHash).toEqual(before.infoHash);
    expect(after).toMatchObject({
      trackers: [['http://c/'], ['http://d/', 'http://e/']],
      webSeeds: ['http://x/', 'http://y/'],
      comment: 'after',
      createdBy: null,
      creationDate: 8,
    });
    expect((decode(bytes) as Map<string, unknown>).get('x-unknown')).toEqual(
      new Uint8Array(Buffer.from('kept')),
    );
  });

  test('takes away what is null or none', () => {
    const { bytes } = editTorrent(original, { trackers: [], webSeeds: [], comment: null });
    expect([...(decode(bytes) as Map<string, unknown>).keys()]).toEqual([
      'created by',
      'creation date',
      'info',
      'x-unknown',
    ]);
  });

  test('changes the info, and says that it is another torrent', () => {
    const changes = { name: 'ü', private: true, source: 's' };
    const { after, before, infoChanged } = editTorrent(original, changes);
    expect(infoChanged).toBe(true);
    expect(after.infoHash).not.toEqual(before.infoHash);
    expect(after.info).toMatchObject({ ...changes, files: [{ path: ['ü'] }] });
    expect(Buffer.from(after.infoBytes)).toEqual(
      Buffer.from(encode({ ...info, name: 'ü', private: 1, source: 's' })),
    );
    const back = editTorrent(editTorrent(original, changes).bytes, {
      name: 'a',
      private: false,
      source: null,
    });
    expect(back.bytes).toEqual(original);
  });

  test('leaves an info that is not canonical as it is', () => {
    const odd = `d6:lengthi5e12:piece lengthi16384e6:pieces20:${'x'.repeat(20)}4:name1:ae`;
    const bytes = Buffer.from(`d4:info${odd}e`);
    const { after } = editTorrent(bytes, { comment: 'c', private: false });
    expect(Buffer.from(after.infoBytes).toString()).toBe(odd);
  });

  test('refuses a name that leads elsewhere', () => {
    expect(() => editTorrent(original, { name: '../x' })).toThrow(MetainfoError);
  });

  test('any change of any torrent that is believed gives one that is', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 8 });
    const url = fc.webUrl();
    const changes = fc.record(
      {
        trackers: fc.array(fc.array(url, { maxLength: 2 }), { maxLength: 3 }),
        webSeeds: fc.array(url, { maxLength: 2 }),
        comment: fc.option(text),
        source: fc.option(text),
        private: fc.boolean(),
        name: text.filter((name) => /^[^/\0]+$/.test(name) && !/^\.{1,2}$/.test(name)),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(changes, (change) => {
        const { bytes, after } = editTorrent(original, change);
        expect(parseTorrent(bytes)).toEqual(after);
        expect(decode(bytes)).toBeInstanceOf(Map);
        if (change.name !== undefined) expect(after.info.name).toBe(change.name.toWellFormed());
      }),
      { numRuns: 300 },
    );
  });
});

test.skipIf(!hasLibtorrent).each(['v1', 'v2', 'hybrid'] as const)(
  'libtorrent reads a renamed single file, %s (skipped without python3-libtorrent)',
  async (version) => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { old: 40_000 });
    const { bytes } = libtorrentTorrent(join(folder, 'old'), version);
    const edited = editTorrent(bytes, { name: 'nëw', trackers: [['http://other/']] });
    expect(edited.after.info).toMatchObject({ kind: 'file', name: 'nëw' });
    await writeFile(join(folder, 'x.torrent'), edited.bytes);
    expect(libtorrentRead(join(folder, 'x.torrent'))).toMatchObject({
      name: 'nëw',
      trackers: [[0, 'http://other/']],
    });
  },
);
