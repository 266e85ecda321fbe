import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Encodable, encode } from '../../../source/bencode/encode.ts';
import { lint } from '../../../source/metainfo/lint/lint.ts';
import { merkleRoot } from '../../../source/metainfo/merkle.ts';
import { MetainfoError } from '../../../source/metainfo/metainfo-error.ts';
import { surveyTorrent } from '../../../source/metainfo/survey.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { writeFiles } from '../content-on-disk.ts';
import { hasLibtorrent } from '../libtorrent-oracle.ts';
import { libtorrentTorrent } from '../libtorrent-torrents.ts';

const pieces = (count: number) => new Uint8Array(20 * count);
const good = { length: 5, name: 'a', 'piece length': 16384, pieces: pieces(1) };
const folder = (files: Encodable[], count = 1) => ({
  files,
  name: 'folder',
  'piece length': 16384,
  pieces: pieces(count),
});
const file = (...path: Encodable[]) => ({ length: 1, path });
const pad = (length: number) => ({ attr: 'p', length, path: ['.pad', String(length)] });
const hashes = new Uint8Array(64).fill(3);
const root = merkleRoot(hashes);
const v2 = { 'meta version': 2, name: 'a', 'piece length': 16384 };
const leaf = (length: number) => ({ '': { length, 'pieces root': root } });

const announce = 'http://tracker.example/announce';

/** The findings of a torrent with this info, `severity rule`. */
function found(info: Encodable, outer: { [key: string]: Encodable | undefined } = {}): string[] {
  const bytes = encode({ announce, ...outer, info });
  return lint(surveyTorrent(bytes)).map(({ severity, rule }) => `${severity} ${rule}`);
}

describe('lint', () => {
  test('finds nothing in a torrent that nobody has trouble with', () => {
    expect(found(good)).toEqual([]);
    expect(found(folder([file('a', 'b'), file('a', 'c')]))).toEqual([]);
  });

  test.each<[string, Encodable]>([
    ['error name-missing', { ...good, name: undefined }],
    ['error path-absolute', { ...good, name: '/etc/passwd' }],
    ['error path-absolute', folder([file('', 'etc', 'passwd')])],
    ['error path-unsafe', folder([file('a', '..', 'b')])],
    ['error path-unsafe', folder([file('.', 'b')])],
    ['error path-unsafe', folder([{ length: 1 }])],
    ['error path-duplicate', folder([file('a'), file('a')])],
    ['error path-file-and-folder', folder([file('a'), file('a', 'b')])],
    ['error piece-length-missing', { ...good, 'piece length': 0 }],
    ['error file-length', { ...good, length: -1 }],
    ['error piece-count', { ...good, pieces: pieces(2) }],
    ['error piece-count', { ...good, pieces: undefined }],
    ['error meta-version', { ...good, 'meta version': 3 }],
    ['error piece-length-odd', { ...v2, 'file tree': { a: leaf(5) }, 'piece length': 8192 }],
    ['error piece-layers', { ...v2, 'file tree': { a: leaf(20_000) } }],
    ['error hybrid-disagrees', { ...v2, ...good, 'file tree': { a: leaf(6) } }],
    ['error hybrid-disagrees', { ...v2, ...good, 'file tree': { b: leaf(5) } }],
    ['error invalid', folder([1, file('a')])],
    ['warning piece-length-odd', { ...good, 'piece length': 20_000 }],
    ['warning piece-length-large', { ...good, 'piece length': 2 ** 25 }],
    [
      'warning pieces-many',
      { ...good, length: 2 ** 22, 'piece length': 1, pieces: pieces(2 ** 22) },
    ],
    ['warning padding-wrong', folder([file('a'), pad(5), file('b')])],
    ['warning padding-equal', folder([file('a'), pad(16383), file('b'), pad(16383)], 2)],
    ['warning hybrid-old-clients', { ...v2, ...good, 'file tree': { a: leaf(5) } }],
    ['warning v2-only', { ...v2, 'file tree': { a: leaf(5) } }],
    ['note v2-folder-of-one', { ...v2, 'file tree': { b: leaf(5) } }],
    ['warning meta-version', { ...good, 'file tree': { a: leaf(5) } }],
    ['warning name-not-utf8', { ...good, name: new Uint8Array([0xc4]) }],
    ['warning path-not-utf8', folder([file(new Uint8Array([0xc4]))])],
    ['warning path-windows', folder([file('nul.txt')])],
    ['warning path-windows', folder([file('COM1')])],
    ['warning path-windows', folder([file('a ', 'b')])],
    ['warning path-windows', folder([file('what?')])],
    ['warning path-collision', folder([file('A', 'b'), file('a', 'B')])],
    ['warning path-collision', folder([file('e\u0301'), file('\u00e9')])],
    ['warning path-long', folder([file('x'.repeat(256))])],
    ['warning private-odd', { ...good, private: 'yes' }],
  ])('finds %s', (finding, info) => {
    expect(found(info)).toContain(finding);
  });

  test.each<[string, { [key: string]: Encodable | undefined }]>([
    ['note no-trackers', { announce: undefined }],
    ['warning tracker-url', { announce: 'nonsense' }],
    ['warning announce-unlisted', { 'announce-list': [['http://other.example/']] }],
    ['note tracker-repeated', { 'announce-list': [[announce], [announce]] }],
    ['warning web-seed-url', { 'url-list': 'nonsense' }],
    ['note creation-date', { 'creation date': 'yesterday' }],
  ])('finds %s around the info', (finding, outer) => {
    expect(found(good, outer)).toEqual([finding]);
  });

  test('finds what does not go with private torrents', () => {
    expect(
      found({ ...good, private: 1 }, { announce: undefined, nodes: [['a.example', 1]] }),
    ).toEqual(['warning no-trackers', 'warning private-nodes']);
  });

  test('finds web seeds of folders that lead beside them', () => {
    expect(found(folder([file('a')]), { 'url-list': 'http://w/x' })).toEqual([
      'note web-seed-folder',
    ]);
    expect(found(folder([file('a')]), { 'url-list': 'http://w/x/' })).toEqual([]);
  });

  test('finds unsorted keys, and says where', () => {
    const bytes = Buffer.from(
      `d8:announce${announce.length}:${announce}4:infod6:lengthi5e12:piece lengthi16384e6:pieces20:${'x'.repeat(20)}4:name1:aee`,
    );
    expect(lint(surveyTorrent(bytes))).toEqual([
      {
        severity: 'warning',
        rule: 'bencode',
        message: expect.stringMatching(/not sorted at byte \d+/),
      },
    ]);
  });

  test('tells errors first, and of many of a kind the first few', () => {
    const bad = Array.from({ length: 50 }, (_, index) => file('..', String(index)));
    const findings = lint(surveyTorrent(encode({ info: folder(bad) })));
    expect(findings.length).toBe(12);
    expect(findings[10]?.message).toBe('and 40 more like that');
    expect(findings.at(-1)?.severity).toBe('note');
  });

  test('a damaged torrent has errors if and only if it is not believed', () => {
    const key = Buffer.from(root).toString('latin1');
    const whole = encode({
      announce,
      info: {
        ...v2,
        'file tree': { a: leaf(20_000), b: { c: leaf(5) } },
        files: [
          { length: 20_000, path: ['a'] },
          pad(12_768),
          { attr: 'x', length: 5, path: ['b', 'c'] },
        ],
        pieces: pieces(3),
      },
      'piece layers': new Map([[key, hashes]]),
    });
    expect(surveyTorrent(whole).problem).toBeNull();
    const interesting = fc.constantFrom(...[...'dlei:-019/.\0\xff'].map((c) => c.charCodeAt(0)));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.oneof(interesting, fc.nat(255)));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), (changes) => {
        const bytes = whole.slice();
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          const survey = surveyTorrent(bytes);
          const hasErrors = lint(survey).some(({ severity }) => severity === 'error');
          expect(hasErrors).toBe(survey.torrent === null);
        } catch (error) {
          expect(error).toBeInstanceOf(MetainfoError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.skipIf(!hasLibtorrent).each(['v1', 'v2', 'hybrid'] as const)(
    'finds no error in what libtorrent makes, %s (skipped without python3-libtorrent)',
    async (version) => {
      const content = join(await temporaryFolder(), 'content');
      await writeFiles(content, { a: 40_000, 'sub/b': 20_000, 'sub/é': 0, z: 100_000 });
      const { bytes } = libtorrentTorrent(content, version);
      const findings = lint(surveyTorrent(bytes));
      expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );
});
