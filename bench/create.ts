/**
 * How fast torrents are made, beside the programs people use for it: each contender is a process,
 * timed from its start to its end, all on the same content and with the same piece length, one
 * after the other in every round. Run as `npm run bench:create`, which builds everseed first.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatBytes, parseSize } from '../source/format/units.ts';
import { compared, contenders } from './create/contenders.ts';
import { writeLargeFile, writeManyFiles } from './create/content.ts';
import { type Measured, measure } from './create/measure.ts';
import { type Goal, reportOf } from './create/report.ts';

const KiB = 1024;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '2G' },
    files: { type: 'string', default: '20000' },
    'file-size': { type: 'string', default: '50K' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: String(availableParallelism()) },
    folder: { type: 'string', default: tmpdir() },
    cold: { type: 'boolean', default: false },
  },
});
const size = bytesOf(values.size);
const fileCount = Number(values.files);
const fileSize = bytesOf(values['file-size']);
const rounds = Number(values.rounds);
const threads = Number(values.threads);

const folder = await mkdtemp(join(values.folder, 'everseed-bench-'));
process.once('SIGINT', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
});
try {
  describeMachine();
  const file = join(folder, 'large');
  await writeLargeFile(file, size);
  await compare(`a file of ${formatBytes(size)}`, file, size, 2048 * KiB, [
    { who: compared.everseed, than: compared.mktorrent, least: 1.9 },
    { who: compared.everseed, than: compared.bareWorkers, least: 0.9 },
    { who: compared.everseedHybrid, than: compared.libtorrentHybrid, least: 1.6 },
  ]);
  await rm(file);

  const tree = join(folder, 'tree');
  await mkdir(tree);
  await writeManyFiles(tree, fileCount, fileSize);
  const what = `${fileCount} files of ${formatBytes(fileSize)}`;
  await compare(what, tree, fileCount * fileSize, 512 * KiB, [
    { who: compared.everseed, than: compared.mktorrent, least: 1 },
    { who: compared.everseedHybrid, than: compared.libtorrentHybrid, least: 1.6 },
  ]);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function compare(
  what: string,
  path: string,
  bytes: number,
  pieceLength: number,
  goals: readonly Goal[],
): Promise<void> {
  const order = { path, pieceLength, threads, output: join(folder, 'out.torrent') };
  const present = contenders.filter(({ isHere }) => isHere());
  const runs = new Map<string, Measured[]>(present.map(({ name }) => [name, []]));
  // The first round is not counted: it brings content and programs into memory.
  for (let round = 0; round <= rounds; round++) {
    for (const { name, command } of present) {
      rmSync(order.output, { force: true });
      if (values.cold) dropCaches();
      const measured = await measure(command(order));
      if (round > 0) runs.get(name)?.push(measured);
    }
  }
  const cache = values.cold ? 'cold' : 'warm';
  console.log(
    `\n${what}, pieces of ${formatBytes(pieceLength)}, ${threads} threads, page cache ${cache}, medians of ${rounds}\n`,
  );
  console.log(reportOf(runs, bytes, goals));
  const missing = contenders.filter((one) => !present.includes(one));
  if (missing.length > 0) {
    console.log(`not installed: ${missing.map(({ name }) => name).join(', ')}`);
  }
}

function describeMachine(): void {
  const cores = cpus();
  const memory = formatBytes(totalmem());
  console.log(new Date().toISOString().slice(0, 10));
  console.log(`${cores[0]?.model ?? 'unknown processor'}, ${cores.length} cores, ${memory}`);
  const load = loadavg()[0] ?? 0;
  console.log(
    `${process.platform} ${process.arch}, Node ${process.version}, load before ${load.toFixed(1)}`,
  );
}

/** Needs to be root. */
function dropCaches(): void {
  writeFileSync('/proc/sys/vm/drop_caches', '3');
}

function bytesOf(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null) throw new Error(`${text} is not a size`);
  return bytes;
}
