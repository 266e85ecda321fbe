/**
 * Draws the pictures of the documentation: docs/dashboard.svg (the list), docs/detail.svg (one
 * publication with its peers) and docs/published.svg (the end of publishing).
 *
 * They show a real session: the built program with a home of its own, in a real pseudo-terminal,
 * serving content that this script makes to peers that this script is. Nothing of it can be
 * reached from outside, and nothing stays.
 *
 *     npm run build
 *     node scripts/picture.ts
 *
 * It takes about a minute, and gigabytes of sparse files in `releases` in the temporary folder;
 * `TMPDIR=/srv` before the command has the pictures show paths below /srv/releases.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Everseed } from './picture/everseed.ts';
import { beingPublished, exhibits, publishedByKeys, writeContent } from './picture/exhibits.ts';
import { Screen } from './picture/screen.ts';
import { drawScreen } from './picture/svg.ts';
import { joinSwarm, liveThrough } from './picture/swarm.ts';

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
/** Wide enough for every column of note, and as high as each needs to be. */
const columns = 110;
const rows = { published: 15, dashboard: 20, detail: 31 };
/** Rates are means of the last five seconds. */
const ratesFollowMs = 6_000;
const keys = { enter: '\r', escape: '\u001b' };

await main();

async function main(): Promise<void> {
  await using stack = new AsyncDisposableStack();
  await Promise.race([drawAll(stack), interruption()]);
}

async function drawAll(stack: AsyncDisposableStack): Promise<void> {
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
  await sleep(ratesFollowMs);

  const words = everseed.commandLine();
  const screen = stack.use(new Screen(words, { columns, rows: rows.published, cwd: folder }));
  await publishByKeys(screen);
  await draw(screen, 'published', 'everseed after publishing: the links to give to others');

  await joinSwarm(stack, everseed, publishedByKeys);
  screen.resize(columns, rows.dashboard);
  screen.press(keys.escape);
  await screen.sees('a rate for each', everyRateIsThere);
  {
    await using _job = everseed.beginToPublish(join(folder, beingPublished.name));
    await screen.sees('a job half done', (text) => /[4-8]\d %/.test(text));
    await draw(screen, 'dashboard', "everseed's dashboard: what is published and how it does");
  }

  await openLastExhibit(screen);
  await draw(screen, 'detail', 'everseed shows one publication: facts, links and peers');
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

async function publishByKeys(screen: Screen): Promise<void> {
  const { name } = publishedByKeys;
  await screen.sees('newest first');
  screen.press('p');
  await screen.sees('Type to narrow down');
  screen.press(name.slice(0, 5));
  await screen.sees(`▸ ${name}`);
  screen.press(keys.enter);
  await screen.sees('Enter publishes it');
  screen.press(keys.enter);
  await screen.sees(`Live: ${name}`);
  await screen.sees(`${exhibits.length + 1} publications`);
}

/** Each publication that is downloaded now has a rate. */
function everyRateIsThere(text: string): boolean {
  return [...exhibits, publishedByKeys]
    .filter(({ downloaders }) => downloaders.length > 0)
    .every(({ name }) => lineWith(text, name).includes('iB/s'));
}

async function openLastExhibit(screen: Screen): Promise<void> {
  const name = exhibits.at(-1)?.name ?? '';
  screen.resize(columns, rows.detail);
  await screen.sees(`the cursor at ${name}`, (text) => lineWith(text, name).startsWith('▸'));
  screen.press(keys.enter);
  await screen.sees('peers', (text) => text.includes('Info hash') && text.includes('sending'));
}

function lineWith(text: string, name: string): string {
  return text.split('\n').find((line) => line.includes(name)) ?? '';
}

async function draw(screen: Screen, name: string, description: string): Promise<void> {
  await screen.settle();
  await mkdir(docs, { recursive: true });
  const picture = drawScreen(screen.cells(), { title: 'everseed', description });
  await writeFile(join(docs, `${name}.svg`), picture);
  say(`drew docs/${name}.svg`);
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
