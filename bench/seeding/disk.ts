import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../../source/format/units.ts';
import { dropCaches } from '../measuring/machine.ts';
import { median } from '../measuring/median.ts';
import { memoryOf, resetPeak, usageOf } from '../measuring/process-usage.ts';
import { goalText, tableOf } from '../measuring/report.ts';
import { type Contender, type Content, names } from './contenders.ts';
import { load } from './loads.ts';
import { limitMemory } from './memory-limit.ts';
import type { RunningSeeder } from './program.ts';

/** A way to download, by its title. */
const ways = {
  reading: '1 connection that asks for all of it in order',
  together: '8 connections that each ask for all of it in order, begun together',
  random: '16 connections that ask for pieces at random',
} as const;
type Way = keyof typeof ways;

const connections = { reading: 1, together: 8, random: 16 } as const;

interface Measured {
  bytesPerSecond: number;
  /** Bytes read from the disk for a byte sent. */
  readForSent: number;
  cpu: number;
  peakMemory: number;
}

/** Compares how content is sent that memory does not hold. Returns the report. */
export async function compareDisk(
  content: Content,
  contenders: readonly Contender[],
  folder: string,
  { rounds, seconds, memory }: { rounds: number; seconds: number; memory: number },
): Promise<string> {
  const limit = limitMemory(memory);
  if (!dropCaches()) return 'content larger than memory: not measured, which only root can';
  const runs = new Map<string, Measured[]>();
  try {
    for (let round = 0; round < rounds; round++) {
      for (const contender of contenders) {
        const own = join(folder, `${contender.name}-disk-${round}`);
        await mkdir(own, { recursive: true });
        const seeder = await contender.start(content, own, limit?.wrap);
        try {
          for (const way of Object.keys(ways) as Way[]) {
            const key = `${contender.name} ${way}`;
            const measured = await measure(seeder, content, way, seconds);
            runs.set(key, [...(runs.get(key) ?? []), measured]);
          }
        } finally {
          await seeder.stop();
        }
      }
    }
  } finally {
    limit?.remove();
  }
  const within = limit
    ? `${formatBytes(memory)} of memory for the seeder and what it reads`
    : 'page cache emptied before (memory cannot be limited here)';
  const title = `content of ${formatBytes(content.size)}, ${within}, medians of ${rounds}`;
  return report(
    title,
    contenders.map(({ name }) => name),
    runs,
  );
}

async function measure(
  seeder: RunningSeeder,
  content: Content,
  way: Way,
  seconds: number,
): Promise<Measured> {
  dropCaches();
  resetPeak(seeder.pid);
  const before = usageOf(seeder.pid);
  const once = way !== 'random';
  const loaded = await load(content, seeder.port, {
    connections: connections[way],
    // in order, it ends by itself
    seconds: once ? 10 * seconds : seconds,
    once,
  });
  const after = usageOf(seeder.pid);
  return {
    bytesPerSecond: loaded.bytes / loaded.seconds,
    readForSent: (after.diskBytes - before.diskBytes) / loaded.allBytes,
    cpu: (after.cpuSeconds - before.cpuSeconds) / loaded.allSeconds,
    peakMemory: memoryOf(seeder.pid).peak,
  };
}

function report(
  title: string,
  contended: readonly string[],
  runs: ReadonlyMap<string, readonly Measured[]>,
): string {
  const middle = (name: string, way: Way, field: keyof Measured) =>
    median((runs.get(`${name} ${way}`) ?? []).map((one) => one[field]));
  const lines = [title];
  for (const way of Object.keys(ways) as Way[]) {
    const rows = contended.map((name) => [
      name,
      (middle(name, way, 'bytesPerSecond') / 1e6).toFixed(0),
      middle(name, way, 'readForSent').toFixed(2),
      `${(middle(name, way, 'cpu') * 100).toFixed(0)} %`,
      formatBytes(middle(name, way, 'peakMemory')),
    ]);
    const heads = ['', 'MB/s', 'bytes read for a byte sent', 'CPU', 'peak memory'];
    lines.push('', `${ways[way]}:`, '', tableOf([heads, ...rows]));
  }
  const { everseed, libtorrent } = names;
  const speed = (name: string) => middle(name, 'reading', 'bytesPerSecond');
  const times = speed(everseed) / speed(libtorrent);
  const read = middle(everseed, 'reading', 'readForSent');
  lines.push('');
  if (contended.includes(libtorrent)) {
    lines.push(
      goalText(`in order: ${times.toFixed(2)} times libtorrent`, 'at least 1', times >= 1),
    );
  }
  lines.push(
    goalText(`in order: ${read.toFixed(2)} bytes read for one sent`, 'at most 1.2', read <= 1.2),
  );
  return lines.join('\n');
}
