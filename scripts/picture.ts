/**
 * Draws the pictures of the documentation: every view of the dashboard at 80x24 and at 120x40, into
 * docs/pictures, and the page that shows them all, docs/dashboard.md.
 *
 * They show a real session: the built program with a home of its own, in a real pseudo-terminal,
 * serving content that this script makes to peers that this script is. Nothing of it can be
 * reached from outside, and nothing stays.
 *
 *     npm run picture
 *
 * It takes some minutes, and gigabytes of sparse files in `releases` in the temporary folder;
 * `TMPDIR=/srv` before the command has the pictures show paths below /srv/releases.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Everseed } from './picture/everseed.ts';
import { beingPublished, exhibits, publishedByKeys, writeContent } from './picture/exhibits.ts';
import { picturesPage } from './picture/page.ts';
import { hashing, home, looking, publishing, type Scene } from './picture/scenes.ts';
import { Screen } from './picture/screen.ts';
import { drawScreen } from './picture/svg.ts';
import { joinSwarm, liveThrough } from './picture/swarm.ts';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const pictures = join(docs, 'pictures');
const sizes = [
  { columns: 120, rows: 40 },
  { columns: 80, rows: 24 },
] as const;
/** So that graphs and sparklines have something to show. */
const historyMs = 160_000;

await main();

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  await Promise.race([drawAll(stack), interruption()]);
}

async function drawAll(stack: AsyncDisposableStack): Promise<void> {
  await mkdir(pictures, { recursive: true });
  const folder = await makeFolder(stack);
  const everseed = stack.use(await Everseed.install());
  for (const exhibit of exhibits) {
    say(`publishing ${exhibit.name}`);
    await writeContent(folder, exhibit);
    await everseed.publish(join(folder, exhibit.name), exhibit.comment);
    await liveThrough(everseed, exhibit, folder);
  }
  await writeContent(folder, publishedByKeys);
  await writeContent(folder, beingPublished);
  for (const exhibit of exhibits) await joinSwarm(stack, everseed, exhibit);
  const words = everseed.commandLine();
  const screen = stack.use(new Screen(words, { ...sizes[0], cwd: folder }));
  await screen.sees('newest first');
  await drawScenes(screen, publishing);
  await joinSwarm(stack, everseed, publishedByKeys);
  say('letting it run for a while');
  await sleep(historyMs);
  {
    await using _job = everseed.beginToPublish(join(folder, beingPublished.name));
    await drawScenes(screen, [...home, ...hashing]);
  }
  await drawScenes(screen, looking);
  const scenes = [...home, ...publishing, ...hashing, ...looking];
  await writeFile(join(docs, 'dashboard.md'), picturesPage(scenes, sizes));
}

/**
 * The folder that paths on the pictures begin with. Its name says nothing of this machine, so it
 * may be taken.
 */
async function makeFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = join(tmpdir(), 'releases');
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
    if (typeof wanted === 'function') await screen.sees(`all of ${name}`, wanted);
    else if (wanted) await screen.sees(wanted);
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
