/**
 * Draws the pictures of the documentation: every view of the dashboard at 80x24 and at 120x40, into
 * docs/pictures, and the page that shows them all, docs/dashboard.md.
 *
 * They show a real session: the built program with a home of its own, in a real pseudo-terminal,
 * serving content that this script makes (zeros) to real clients: aria2, libtorrent, qBittorrent,
 * rTorrent, Transmission and WebTorrent, each in a network of its own. What was sent and completed
 * before was, to a downloader of the script's. Nothing of it can be reached from outside, and nothing
 * stays.
 *
 *     npm run picture -- [MINUTES]
 *
 * MINUTES is how long clients download before the views are drawn, 6 unless told: graphs show 5. It
 * needs root, for the networks, the clients that the tests need (`.ci/run` installs them), and up to
 * 10 GB in the temporary folder; `TMPDIR=/srv` before the command has the pictures show paths below
 * /srv/releases.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Everseed } from './picture/everseed.ts';
import { beingPublished, exhibits, publishedByKeys, writeContent } from './picture/exhibits.ts';
import { canMakeNetworks, PictureNetwork } from './picture/network.ts';
import { picturesPage } from './picture/page.ts';
import { home, log, looking, publishing, type Scene } from './picture/scenes.ts';
import { Screen } from './picture/screen.ts';
import { drawScreen } from './picture/svg.ts';
import { checkClients, joinSwarm, liveThrough, type Stage } from './picture/swarm.ts';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const pictures = join(docs, 'pictures');
const sizes = [
  { columns: 120, rows: 40 },
  { columns: 80, rows: 24 },
] as const;
/** So that graphs and sparklines have something to show. */
const historyMs = Number(process.argv[2] ?? 6) * 60_000;

await main();

async function main(): Promise<void> {
  if (!canMakeNetworks) throw new Error('it needs root: each client is in a network of its own');
  await using stack = new AsyncDisposableStack();
  await Promise.race([drawAll(stack), interruption()]);
}

async function drawAll(stack: AsyncDisposableStack): Promise<void> {
  await mkdir(pictures, { recursive: true });
  const stage = await setStage(stack);
  const { everseed, releases, network } = stage;
  const crowd = network.connect('192.0.2.250');
  for (const exhibit of exhibits) {
    say(`publishing ${exhibit.name}`);
    await writeContent(releases, exhibit);
    await everseed.publish(join(releases, exhibit.name), exhibit.flags);
    await liveThrough(stage, crowd, exhibit);
  }
  await writeContent(releases, publishedByKeys);
  await writeContent(releases, beingPublished);
  const screen = stack.use(new Screen(everseed.dashboardIn(releases), sizes[0]));
  await screen.sees('newest first');
  for (const exhibit of exhibits) await joinSwarm(stage, exhibit);
  await drawScenes(screen, [...log, ...publishing]);
  await joinSwarm(stage, publishedByKeys);
  say('letting it run for a while');
  await sleep(historyMs);
  checkClients(stage);
  await drawScenes(screen, [...home, ...looking]);
  const scenes = [...home.toReversed(), ...publishing, ...looking, ...log];
  await writeFile(join(docs, 'dashboard.md'), picturesPage(scenes, sizes));
}

async function setStage(stack: AsyncDisposableStack): Promise<Stage> {
  const releases = await makeFolder(stack, 'releases');
  const scratch = await makeFolder(stack, 'everseed-clients');
  const network = await PictureNetwork.create(stack, scratch);
  const everseed = stack.use(
    await Everseed.install({
      network: network.middle,
      settings: {
        publicHost: 'seed.example.org',
        // so that the job on the picture takes its time
        publish: { hashThreads: 1 },
      },
    }),
  );
  const other = stack.use(
    await Everseed.install({
      network: network.connect('198.51.100.80'),
      settings: { publicHost: 'tracker.example.net', tracker: { open: true } },
    }),
  );
  await other.status();
  network.connect('198.51.100.90');
  return { everseed, network, releases, scratch, stack, clients: [] };
}

/**
 * A folder in the temporary one. The name of the content's is on the pictures, and says nothing of
 * this machine, so it may be taken.
 */
async function makeFolder(stack: AsyncDisposableStack, name: string): Promise<string> {
  const folder = join(tmpdir(), name);
  await mkdir(folder);
  stack.defer(() => rm(folder, { recursive: true, maxRetries: 3 }));
  return folder;
}

/** Goes from scene to scene by keys, and draws each at every size. */
async function drawScenes(screen: Screen, scenes: readonly Scene[]): Promise<void> {
  for (const { name, description, keys, wanted } of scenes) {
    screen.resize(sizes[0].columns, sizes[0].rows);
    await screen.settle();
    for (const [key, seen] of keys) {
      screen.press(key);
      await screen.sees(seen);
    }
    if (wanted) await screen.sees(wanted);
    for (const { columns, rows } of sizes) {
      screen.resize(columns, rows);
      await screen.settle();
      const picture = drawScreen(screen.cells(), { title: 'everseed', description });
      await writeFile(join(pictures, `${name}-${columns}x${rows}.svg`), picture);
    }
    say(`drew ${name}`);
  }
}

/** Rejects when the user wants it to end, so that it cleans up. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
    }
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
