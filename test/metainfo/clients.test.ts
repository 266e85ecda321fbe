import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scanContent } from '../../source/metainfo/content.ts';
import { createInfo } from '../../source/metainfo/create.ts';
import { infoHashHex } from '../../source/metainfo/info-hash.ts';
import { lint } from '../../source/metainfo/lint/lint.ts';
import { surveyTorrent } from '../../source/metainfo/survey.ts';
import { encodeTorrent, parseTorrent } from '../../source/metainfo/torrent-file.ts';
import { verifyContent } from '../../source/metainfo/verifying/verify.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeFiles } from './content-on-disk.ts';

const has = (program: string) => spawnSync(program, ['--version']).error === undefined;

/** A torrent of a folder with all that a torrent can have, and its info hash. */
async function makeTorrent(): Promise<{ path: string; infoHash: string }> {
  const folder = join(await temporaryFolder(), 'a folder é');
  await writeFiles(folder, { 'sub/a': 50_000, empty: 0, b: 30_000 });
  const { info, infoHash } = await createInfo(await scanContent(folder), {
    private: true,
    source: 'here',
  });
  const path = `${folder}.torrent`;
  await writeFile(
    path,
    encodeTorrent({
      info,
      trackers: [
        ['http://a.example/announce', 'udp://a.example:1/announce'],
        ['http://b.example/'],
      ],
      webSeeds: ['http://w.example/'],
      comment: 'c',
      createdBy: 'everseed',
      creationDate: 1_700_000_000,
    }),
  );
  return { path, infoHash: infoHashHex(infoHash) };
}

test.skipIf(!has('transmission-show'))(
  'Transmission reads our torrent (skipped without transmission-show)',
  async () => {
    const { path, infoHash } = await makeTorrent();
    const shown = execFileSync('transmission-show', [path], { encoding: 'utf8' });
    expect(shown).toContain('Name: a folder é');
    expect(shown).toContain(`Hash: ${infoHash}`);
    expect(shown).toContain('Piece Count: 5');
    expect(shown).toContain('Private torrent');
    expect(shown).toContain('udp://a.example:1/announce');
  },
);

test.skipIf(!has('transmission-create'))(
  "Transmission's torrent is read and verified (skipped without transmission-create)",
  async () => {
    const folder = join(await temporaryFolder(), 'a folder é');
    await writeFiles(folder, { 'sub/a': 50_000, empty: 0, b: 30_000 });
    const path = `${folder}.torrent`;
    const flags = ['--private', '--tracker', 'http://a.example/', '--comment', 'c', '-o', path];
    execFileSync('transmission-create', [...flags, folder]);
    const bytes = await readFile(path);
    const torrent = parseTorrent(bytes);
    expect(torrent).toMatchObject({
      info: { name: 'a folder é', private: true, contentSize: 80_000 },
      trackers: [['http://a.example/']],
      comment: 'c',
    });
    expect(lint(surveyTorrent(bytes))).toEqual([]);
    expect((await verifyContent(torrent, folder)).whole).toBe(true);
    const shown = execFileSync('transmission-show', [path], { encoding: 'utf8' });
    expect(shown).toContain(`Hash: ${infoHashHex(torrent.infoHash ?? new Uint8Array())}`);
  },
);

test.skipIf(!has('aria2c'))('aria2 reads our torrent (skipped without aria2c)', async () => {
  const { path, infoHash } = await makeTorrent();
  const shown = execFileSync('aria2c', ['--show-files', path], { encoding: 'utf8' });
  expect(shown).toContain(`Info Hash: ${infoHash}`);
  expect(shown).toContain('Name: a folder é');
  expect(shown).toContain('Mode: multi');
  expect(shown).toContain('a folder é/sub/a');
});
