import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { infoHashHex } from '../../source/metainfo/info-hash.ts';
import { lint } from '../../source/metainfo/lint/lint.ts';
import { parseMagnet } from '../../source/metainfo/magnet-parse.ts';
import { MetainfoError } from '../../source/metainfo/metainfo-error.ts';
import { surveyTorrent } from '../../source/metainfo/survey.ts';
import { parseTorrent } from '../../source/metainfo/torrent-file.ts';

const read = (path: string) =>
  new Uint8Array(readFileSync(new URL(`./fixtures/${path}`, import.meta.url)));

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

describe('the torrents published with BEP 52', () => {
  const v2Hash = 'caf1e1c30e81cb361b9ee167c4aa64228a7fa4fa9f6105232b28ad099f3a302e';
  const hybridHash = '631a31dd0a46257d5078c0dee4e66e26f73e42ac';
  const hybridHashV2 = 'd8dd32ac93357c368556af3ac1d95c9d76bd0dff6fa9833ecdac3d53134efabb';

  test('v2', () => {
    const torrent = parseTorrent(read('bep52/bittorrent-v2-test.torrent'));
    expect(torrent.infoHash).toBeNull();
    expect(torrent.infoHashV2 && infoHashHex(torrent.infoHashV2)).toBe(v2Hash);
    expect(torrent.info).toMatchObject({ version: 'v2', name: 'bittorrent-v2-test' });
  });

  test('hybrid', () => {
    const torrent = parseTorrent(read('bep52/bittorrent-v2-hybrid-test.torrent'));
    expect(torrent.infoHash && infoHashHex(torrent.infoHash)).toBe(hybridHash);
    expect(torrent.infoHashV2 && infoHashHex(torrent.infoHashV2)).toBe(hybridHashV2);
    expect(torrent.info).toMatchObject({ version: 'hybrid', name: 'bittorrent-v1-v2-hybrid-test' });
  });

  test('their magnet links', () => {
    const link = `magnet:?xt=urn:btih:${hybridHash}&xt=urn:btmh:1220${hybridHashV2}&dn=bittorrent-v1-v2-hybrid-test`;
    expect(parseMagnet(link)).toMatchObject({
      infoHash: bytesOf(hybridHash),
      infoHashV2: bytesOf(hybridHashV2),
      name: 'bittorrent-v1-v2-hybrid-test',
    });
    expect(parseMagnet(`magnet:?xt=urn:btmh:1220${v2Hash}`)).toMatchObject({ infoHash: null });
  });

  test.each(['v2', 'v2-hybrid'])('%s has no errors', (name) => {
    const findings = lint(surveyTorrent(read(`bep52/bittorrent-${name}-test.torrent`)));
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

/** What libtorrent accepts, and so do we. */
const accepted = [
  ...['backslash_path', 'base', 'collection', 'collection2', 'creation_date', 'dht_nodes'],
  ...['duplicate_web_seeds', 'empty-files-1', 'empty-files-2', 'empty-files-3', 'empty-files-4'],
  ...['empty-files-5', 'empty_httpseed', 'httpseed', 'invalid_name3', 'large_piece_size'],
  ...['long_name', 'no_creation_date', 'overlapping_symlinks', 'pad_file', 'pad_file_no_path'],
  ...['sample', 'similar', 'similar2', 'single_multi_file', 'symlink1', 'symlink2'],
  ...['symlink_zero_size', 'unordered', 'url_list', 'url_list2', 'url_list3', 'url_seed'],
  ...['url_seed_multi', 'url_seed_multi_single_file', 'url_seed_multi_space'],
  ...['url_seed_multi_space_nolist', 'v2', 'v2_empty_file', 'v2_multipiece_file'],
  ...['v2_multiple_files', 'v2_only', 'v2_symlinks', 'whitespace_url'],
];

/** What libtorrent refuses, and so do we. */
const refused = [
  ...['bad_name', 'duplicate_files2', 'invalid_file_size', 'invalid_info', 'invalid_name'],
  ...['invalid_path_list', 'invalid_piece_len', 'invalid_pieces', 'invalid_symlink', 'many_pieces'],
  ...['missing_path_list', 'missing_piece_len', 'negative_file_size', 'negative_piece_len'],
  ...['negative_size', 'no_files', 'no_name', 'string', 'unaligned_pieces', 'v2_deep_recursion'],
  ...['v2_empty_filename', 'v2_invalid_file', 'v2_invalid_pad_file', 'v2_invalid_piece_layer'],
  ...['v2_invalid_piece_layer_root', 'v2_invalid_piece_layer_size', 'v2_invalid_root_hash'],
  ...['v2_large_file', 'v2_large_offset', 'v2_mismatching_metadata', 'v2_no_power2_piece'],
  ...['v2_non_multiple_piece_layer', 'v2_overlong_integer', 'v2_piece_layer_invalid_file_hash'],
  ...['v2_piece_size', 'v2_unordered_files', 'v2_zero_root', 'v2_zero_root_small', 'zero', 'zero2'],
];

/**
 * libtorrent gives these files other names, so as to download them somehow. We do not guess: two
 * programs that guess have two contents, and a path that leads out of its folder is no mistake.
 */
const refusedForPaths = [
  ...['absolute_filename', 'duplicate_files', 'empty_path', 'empty_path_multi'],
  ...['hidden_parent_path', 'invalid_directory_name', 'invalid_filename', 'invalid_filename2'],
  ...['invalid_name2', 'parent_path', 'slash_path', 'slash_path2', 'slash_path3'],
  ...['symlink_filtered_path', 'v2_invalid_filename', 'v2_invalid_filename2'],
];

/**
 * libtorrent takes these for magnet links, and asks peers for the piece layers. BEP 52 has them in
 * every torrent, and without them content can be neither verified nor seeded.
 */
const refusedWithoutLayers = ['v2_no_piece_layers'];

/** Layers of no file do no harm; libtorrent refuses them, and so it is said. */
const acceptedWithWarning = ['v2_unknown_piece_layer_entry'];

describe("libtorrent's test torrents", () => {
  test.each([...accepted, ...acceptedWithWarning])('%s is read', (name) => {
    const bytes = read(`libtorrent/${name}.torrent`);
    expect(() => parseTorrent(bytes)).not.toThrow();
    const findings = lint(surveyTorrent(bytes));
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const unused = findings.filter(({ rule }) => rule === 'piece-layers-unused');
    expect(unused).toHaveLength(acceptedWithWarning.includes(name) ? 1 : 0);
  });

  test.each([...refused, ...refusedForPaths, ...refusedWithoutLayers])('%s is refused', (name) => {
    expect(() => parseTorrent(read(`libtorrent/${name}.torrent`))).toThrow(MetainfoError);
  });

  test.each([...refusedForPaths, ...refusedWithoutLayers])(
    '%s is shown, with its error',
    (name) => {
      const survey = surveyTorrent(read(`libtorrent/${name}.torrent`));
      expect(lint(survey)[0]).toMatchObject({ severity: 'error' });
    },
  );

  test('say what libtorrent reads in them', () => {
    const hashes = (name: string) => {
      const { infoHash, infoHashV2 } = parseTorrent(read(`libtorrent/${name}.torrent`));
      return [infoHash && infoHashHex(infoHash), infoHashV2 && infoHashHex(infoHashV2)];
    };
    expect(hashes('v2')[1]).toBe(
      '597b180c1a170a585dfc5e85d834d69013ceda174b8f357d5bb1a0ca509faf0a',
    );
    expect(hashes('v2_multipiece_file')).toEqual([
      expect.any(String),
      '108ac2c3718ce722e6896edc56c4afa98f1d711ecaace7aad74fca418ebd03de',
    ]);
    expect(hashes('v2_only')).toEqual([
      null,
      '95e04d0c4bad94ab206efa884666fd89777dbe4f7bd9945af1829037a85c6192',
    ]);
    const whole = (name: string) => parseTorrent(read(`libtorrent/${name}.torrent`));
    expect(whole('creation_date').creationDate).toBe(1_234_567);
    expect(whole('collection').collections).toEqual(['bar', 'foo']);
    expect(whole('similar').similar).toEqual([new Uint8Array(20).fill(0x61)]);
    expect(whole('dht_nodes').nodes).toEqual([
      { host: '127.0.0.1', port: 6881 },
      { host: '192.168.1.1', port: 6881 },
    ]);
    expect(whole('pad_file').info.files.map(({ padding }) => padding)).toEqual([false, true]);
    const { info } = whole('v2');
    expect(info.files[0]).toMatchObject({ path: ['test64K'], length: 65_536 });
    expect(Buffer.from(info.files[0]?.piecesRoot ?? []).toString('hex')).toBe(
      '60aae9c7b428f87e0713e88229e18f0adf12cd7b22a0dd8a92bb2485eb7af242',
    );
  });
});
