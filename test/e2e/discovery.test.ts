import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TrackerSummary } from '../../source/control/protocol.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test("a publication is announced to another everseed's tracker, and is gone from it when paused", async () => {
  const path = join(await temporaryFolder(), 'content');
  await writeRandomFile(path, 100_000);
  const other = await Everseed.create();
  await other.publish(path);
  const { http, udp } = await other.status();
  const urls = [`http://127.0.0.1:${http.port}/announce`, `udp://127.0.0.1:${udp.port}/announce`];

  const everseed = await Everseed.create();
  const { infoHash } = await everseed.publish(path, ...urls.flatMap((url) => ['--tracker', url]));
  const trackers = () => everseed.json<TrackerSummary[]>('trackers', infoHash);
  await until(async () => (await trackers()).every(({ state }) => state !== 'announcing'));
  const rows = await trackers();
  expect(rows.map(({ tier, state }) => [tier, state])).toEqual([
    [0, 'own'],
    [0, 'own'],
    [1, 'working'],
    [2, 'working'],
  ]);
  // this one and the other
  expect(rows[2]).toMatchObject({ url: urls[0], seeds: 2, leechers: 0 });
  expect(rows[2]?.nextAnnounce).toBeGreaterThan(Date.now());
  const seedsThere = async () => (await other.list())[0]?.seeds;
  await until(async () => (await seedsThere()) === 1);

  const { stdout } = await everseed.run('trackers', infoHash);
  expect(stdout).toMatch(/^TIER {2}TRACKER/);
  expect(stdout).toContain(`${urls[1]}`);

  await everseed.run('pause', infoHash);
  await until(async () => (await seedsThere()) === 0);
  expect((await trackers()).map(({ state }) => state)).toEqual(['own', 'own', 'paused', 'paused']);
  await everseed.run('resume', infoHash);
  await until(async () => (await seedsThere()) === 1);
  await everseed.run('stop');
  await until(async () => (await seedsThere()) === 0);
});
