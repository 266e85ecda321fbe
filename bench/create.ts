/**
 * How fast torrents are made, beside the programs people use for it: each contender is a process,
 * timed from its start to its end, all on the same content and with the same piece length, one
 * after the other in every round; and once with nothing of the content in memory. Run as
 * `npm run bench:create`, which builds everseed first; `-- --only large` or `--only small` for one
 * of the two.
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes, parseSize } from '../source/format/units.ts';
import { compared, contenders, idleProcess } from './create/contenders.ts';
import { readAll, writeLargeFile, writeManyFiles } from './create/content.ts';
import { type Measured, measure } from './create/measure.ts';
import {
  type MemoryGoal,
  memoryVerdicts,
  type Runs,
  type SpeedGoal,
  speedVerdicts,
  tableOf,
} from './create/report.ts';
import { describeMachine, dropCaches } from './measuring/machine.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '4G' },
    files: { type: 'string', default: '20000' },
    'file-size': { type: 'string', default: '50K' },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: String(availableParallelism()) },
    folder: { type: 'string', default: tmpdir() },
  },
});
const size = bytesOf(values.size);
const fileCount = Number(values.files);
const fileSize = bytesOf(values['file-size']);
const rounds = Number(values.rounds);
const threads = Number(values.threads);
const present = contenders.filter(({ isHere }) => isHere());

const folder = await mkdtemp(join(values.folder, 'everseed-bench-'));
process.once('SIGINT', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
});
try {
  console.log(describeMachine());
  const idle = (await measure(idleProcess)).peakMemory;
  const memoryGoals: MemoryGoal[] = [compared.everseed, compared.everseedHybrid].map((who) => ({
    ...{ who, threads, idle, most: 32 * MiB },
  }));
  if (values.only !== 'small') {
    const file = join(folder, 'large');
    await writeLargeFile(file, size);
    await compare(`a file of ${formatBytes(size)}`, file, size, 2 * MiB, memoryGoals, [
      { who: compared.everseed, than: compared.mktorrent, least: 1.9 },
      { who: compared.everseed, than: compared.bareWorkers, least: 0.9 },
      { who: compared.everseedHybrid, than: compared.libtorrentHybrid, least: 1.6 },
    ]);
    await rm(file);
  }
  if (values.only !== 'large') {
    const tree = join(folder, 'tree');
    await mkdir(tree);
    await writeManyFiles(tree, fileCount, fileSize);
    const what = `${fileCount} files of ${formatBytes(fileSize)}`;
    await compare(what, tree, fileCount * fileSize, 512 * KiB, memoryGoals, [
      { who: compared.everseed, than: compared.mktorrent, least: 1 },
      { who: compared.everseedHybrid, than: compared.libtorrentHybrid, least: 1.6 },
    ]);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function compare(
  what: string,
  path: string,
  bytes: number,
  pieceLength: number,
  memoryGoals: readonly MemoryGoal[],
  speedGoals: readonly SpeedGoal[],
): Promise<void> {
  const title = `${what}, pieces of ${formatBytes(pieceLength)}, ${threads} threads`;
  // The first round is not counted: it brings the programs into memory.
  await runRounds(path, pieceLength, 1, () => readAll(path));
  const warm = await runRounds(path, pieceLength, rounds, () => readAll(path));
  console.log(`\n${title}, page cache warm, medians of ${rounds}\n`);
  console.log(tableOf(warm, bytes));
  const verdicts = [...speedVerdicts(warm, speedGoals), ...memoryVerdicts(warm, memoryGoals)];
  console.log(`${verdicts.join('\n')}\n`);

  const missing = contenders.filter((one) => !present.includes(one));
  if (missing.length > 0) {
    console.log(`not installed: ${missing.map(({ name }) => name).join(', ')}`);
  }
  if (!dropCaches()) {
    console.log('page cache cold: not measured, since only root may empty it');
    return;
  }
  const cold = await runRounds(path, pieceLength, 1, dropCaches);
  console.log(`\n${title}, once with the page cache emptied before (drop_caches)\n`);
  console.log(tableOf(cold, bytes));
}

/** Runs every contender once a round, whatever `prepare` does before it. */
async function runRounds(
  path: string,
  pieceLength: number,
  count: number,
  prepare: () => unknown,
): Promise<Runs> {
  const order = { path, pieceLength, threads, output: join(folder, 'out.torrent') };
  const runs = new Map<string, Measured[]>(present.map(({ name }) => [name, []]));
  for (let round = 0; round < count; round++) {
    for (const { name, command } of present) {
      rmSync(order.output, { force: true });
      await prepare();
      runs.get(name)?.push(await measure(command(order)));
    }
  }
  return runs;
}

function bytesOf(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null) throw new Error(`${text} is not a size`);
  return bytes;
}
