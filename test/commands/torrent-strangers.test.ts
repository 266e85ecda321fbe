import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Encodable, encode } from '../../source/bencode/encode.ts';
import { torrentFacts, torrentText } from '../../source/commands/torrent/torrent-facts.ts';
import { editTorrent } from '../../source/metainfo/edit.ts';
import { lint } from '../../source/metainfo/lint/lint.ts';
import { encodeMagnet } from '../../source/metainfo/magnet.ts';
import { parseMagnet } from '../../source/metainfo/magnet-parse.ts';
import { rootOfPieceLayer } from '../../source/metainfo/merkle.ts';
import { MetainfoError } from '../../source/metainfo/metainfo-error.ts';
import { surveyTorrent } from '../../source/metainfo/survey.ts';
import { parseTorrent } from '../../source/metainfo/torrent-file.ts';

/** What a stranger may put anywhere. */
const { odd } = fc.letrec<{ odd: Encodable }>((tie) => ({
  odd: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Encodable[]>(0, -1, 1, 2, 16_384, 2 ** 31, Number.MAX_SAFE_INTEGER, 2n ** 63n),
    fc.constantFrom('', '.', '..', '/', 'a', 'A', 'con', 'p', 'l', 'lx', 'http://a/', '\u001b[2J'),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('odd'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('', 'length', 'path', 'attr', 'a', '..'), tie('odd'), {
      maxKeys: 4,
    }),
  ),
}));

/** Nearly always what belongs there. */
const mostly = (usual: fc.Arbitrary<Encodable>): fc.Arbitrary<Encodable> =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: odd });

const pieceLength = 16_384;
const layer = new Uint8Array(64).fill(7);
const root = rootOfPieceLayer(layer, pieceLength);

const length = mostly(fc.constantFrom(0, 1, pieceLength, 2 * pieceLength, 2 * pieceLength - 5));
const name = mostly(
  fc.constantFrom('a', 'b', 'A', 'c.txt', '.pad', '5', '16379', 'é', '..', 'a/b'),
);
const attr = mostly(fc.constantFrom('', 'x', 'p', 'h', 'l', 'lx'));
const path = mostly(fc.array(name, { minLength: 1, maxLength: 3 }));
const hashes = (bytes: number) =>
  mostly(fc.integer({ min: 0, max: 5 }).map((count) => new Uint8Array(count * bytes)));
const keys = <T extends object>(record: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(record, { requiredKeys: [] });

const v1File = mostly(keys({ length, path, attr, 'symlink path': path, 'path.utf-8': path }));
const leaf = mostly(
  fc.record({
    '': mostly(
      keys({ length, attr, 'pieces root': mostly(fc.constant(root)), 'symlink path': path }),
    ),
  }),
);
const folder = fc.dictionary(
  fc.constantFrom('a', 'b', 'A', 'é', '..', '', '.pad'),
  mostly(fc.oneof(leaf, fc.dictionary(fc.constantFrom('a', 'c', ''), leaf, { maxKeys: 2 }))),
  { maxKeys: 3 },
);
const url = mostly(fc.constantFrom('http://t/announce', 'udp://t:1', 'nonsense', 'http://[::1]/'));
const urls = mostly(fc.array(url, { maxLength: 3 }));

const info = mostly(
  keys({
    name,
    'name.utf-8': name,
    'piece length': mostly(fc.constant(pieceLength)),
    pieces: hashes(20),
    length,
    files: mostly(fc.array(v1File, { maxLength: 4 })),
    'file tree': mostly(folder),
    'meta version': mostly(fc.constant(2)),
    private: mostly(fc.constant(1)),
    source: name,
    similar: mostly(fc.array(hashes(20), { maxLength: 2 })),
    collections: mostly(fc.array(name, { maxLength: 2 })),
  }),
);

/** What looks like a torrent, and in places is none. */
const torrentLike = keys({
  info,
  'piece layers': mostly(
    fc.constant(new Map([[Buffer.from(root).toString('latin1'), layer as Encodable]])),
  ),
  announce: url,
  'announce-list': mostly(fc.array(urls, { maxLength: 3 })),
  'url-list': mostly(fc.oneof(url, urls)),
  httpseeds: urls,
  nodes: mostly(fc.array(mostly(fc.tuple(name, mostly(fc.nat(70_000)))), { maxLength: 2 })),
  comment: name,
  'created by': name,
  'creation date': mostly(fc.integer()),
});

const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 });

function damaged(torrent: Encodable, changes: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = encode(torrent);
  for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
  return bytes;
}

/** The value, or nothing of bytes that are refused as they should be. */
function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(MetainfoError);
    return undefined;
  }
}

test('whatever looks like a torrent is judged and shown, or refused', () => {
  fc.assert(
    fc.property(torrentLike, damage, (torrent, changes) => {
      const survey = unlessRefused(() => surveyTorrent(damaged(torrent, changes)));
      if (!survey) return;
      const findings = lint(survey);
      const hasErrors = findings.some(({ severity }) => severity === 'error');
      expect(hasErrors).toBe(survey.torrent === null);
      JSON.stringify(torrentFacts(survey));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may reach a terminal
      expect(torrentText(survey, findings)).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f]/);
    }),
    { numRuns: 1000 },
  );
});

test('whatever is believed of a torrent can be edited, and has a magnet link', () => {
  fc.assert(
    fc.property(torrentLike, damage, (torrent, changes) => {
      const bytes = damaged(torrent, changes);
      const believed = unlessRefused(() => parseTorrent(bytes));
      if (!believed) return;
      const { info: read, infoHash, infoHashV2 } = believed;
      for (const file of read.files) {
        for (const component of file.path) expect(component).not.toMatch(/^\.{0,2}$|[/\0]/);
      }
      const link = encodeMagnet({
        ...believed,
        name: read.name,
        size: read.contentSize,
        trackers: [],
      });
      expect(parseMagnet(link)).toMatchObject({ infoHash, infoHashV2, name: read.name });
      const edited = unlessRefused(() => editTorrent(bytes, { comment: 'other' }));
      if (edited) expect(edited.after).toMatchObject({ infoHash, infoHashV2, comment: 'other' });
    }),
    { numRuns: 1000 },
  );
});
