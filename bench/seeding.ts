/**
 * How fast seeders send, and what they take for it, side by side: content in the page cache and
 * content that memory does not hold; what thousands of publications cost everseed; and whether
 * tracker and commands answer while it sends all it can. Run as `npm run bench:seeding`, which
 * builds everseed first; `-- --only speed,disk,many,latency` for some of them.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseSize } from '../source/format/units.ts';
import { writeLargeFile } from './create/content.ts';
import { describeMachine } from './measuring/machine.ts';
import { type Content, contenders, makeContent } from './seeding/contenders.ts';
import { compareDisk } from './seeding/disk.ts';
import { measureLatency } from './seeding/latency.ts';
import { measureMany } from './seeding/many.ts';
import { compareSpeed } from './seeding/speed.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    size: { type: 'string', default: '512M' },
    'piece-length': { type: 'string', default: '1M' },
    'large-size': { type: 'string', default: '2G' },
    memory: { type: 'string', default: '512M' },
    publications: { type: 'string', default: '10000' },
    discovery: { type: 'string', default: 'none,dht-lsd,tracker' },
    only: { type: 'string', default: 'speed,disk,latency,many' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const parts = values.only.split(',');

const folder = await mkdtemp(join(values.folder, 'everseed-bench-'));
process.once('SIGINT', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
});
try {
  console.log(describeMachine());
  const compared = parts.includes('speed') || parts.includes('disk') ? await here() : [];
  if (parts.includes('speed')) {
    await using content = await contentOf(values.size);
    console.log(`\n${await compareSpeed(content, compared, folder, { rounds, seconds })}`);
  }
  if (parts.includes('disk')) {
    await using content = await contentOf(values['large-size']);
    const memory = bytesOf(values.memory);
    console.log(`\n${await compareDisk(content, compared, folder, { rounds, seconds, memory })}`);
  }
  if (parts.includes('latency')) {
    await using content = await contentOf(values.size);
    console.log(`\n${await measureLatency(content, join(folder, 'latency'), 2 * seconds)}`);
  }
  if (parts.includes('many')) {
    const only = values.discovery.split(',');
    console.log(`\n${await measureMany(folder, { count: Number(values.publications), only })}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Content for one part, which is removed when that is done. */
async function contentOf(size: string): Promise<Content & AsyncDisposable> {
  const file = join(folder, `content-${size}`);
  await writeLargeFile(file, bytesOf(size));
  const content = await makeContent(file, bytesOf(values['piece-length']));
  return {
    ...content,
    async [Symbol.asyncDispose]() {
      for (const path of [content.file, content.torrent]) await rm(path);
    },
  };
}

/** The contenders that are installed; says which are not. */
async function here(): Promise<typeof contenders> {
  const found = await Promise.all(contenders.map((one) => one.isHere()));
  const missing = contenders.filter((_, index) => !found[index]).map(({ name }) => name);
  if (missing.length > 0) console.log(`not installed: ${missing.join(', ')}`);
  return contenders.filter((_, index) => found[index]);
}

function bytesOf(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null) throw new Error(`${text} is not a size`);
  return bytes;
}
