import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../../source/format/units.ts';
import { readAll } from '../create/content.ts';
import { median } from '../measuring/median.ts';
import { memoryOf, resetPeak, usageOf } from '../measuring/process-usage.ts';
import { goalText, tableOf } from '../measuring/report.ts';
import { type Contender, type Content, names } from './contenders.ts';
import { downloadWithLibtorrent, load } from './loads.ts';
import type { RunningSeeder } from './program.ts';

/** A way to download, by its title. */
const ways = {
  one: '1 connection, 64 requests outstanding',
  sixteen: '16 connections, 64 requests outstanding each',
  many: '200 connections, 64 requests outstanding each',
  libtorrent: 'one libtorrent leecher, the whole content once',
} as const;
type Way = keyof typeof ways;

const connections = { one: 1, sixteen: 16, many: 200 } as const;

interface Measured {
  bytesPerSecond: number;
  /** Of the seeder: how much of one core, and bytes. */
  cpu: number;
  peakMemory: number;
  anonymousMemory: number;
  /** Of the load: how much of one core. */
  loadCpu: number | null;
  /** How many of the connections got anything. */
  served: number | null;
  /** What a tenth of them got no more than, beside the one in the middle. */
  tenthToMiddle: number | null;
  /** Until all of them had got something. */
  secondsToServe: number | null;
}

/** Compares how fast content in the page cache is sent. Returns the report. */
export async function compareSpeed(
  content: Content,
  contenders: readonly Contender[],
  folder: string,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<string> {
  const runs = new Map<string, Measured[]>();
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const own = join(folder, `${contender.name}-${round}`);
      await mkdir(own, { recursive: true });
      readAll(content.file);
      const seeder = await contender.start(content, own);
      try {
        for (const way of Object.keys(ways) as Way[]) {
          const key = `${contender.name} ${way}`;
          const measured = await measure(seeder, content, way, seconds, own);
          runs.set(key, [...(runs.get(key) ?? []), measured]);
        }
      } finally {
        await seeder.stop();
      }
    }
  }
  return report(
    content,
    contenders.map(({ name }) => name),
    runs,
    rounds,
  );
}

async function measure(
  seeder: RunningSeeder,
  content: Content,
  way: Way,
  seconds: number,
  folder: string,
): Promise<Measured> {
  resetPeak(seeder.pid);
  const before = usageOf(seeder.pid).cpuSeconds;
  const usage = (time: number) => {
    const { peak, anonymous } = memoryOf(seeder.pid);
    const cpu = (usageOf(seeder.pid).cpuSeconds - before) / time;
    return { cpu, peakMemory: peak, anonymousMemory: anonymous };
  };
  if (way === 'libtorrent') {
    const into = join(folder, 'leecher');
    const downloaded = await downloadWithLibtorrent(content, seeder.port, into);
    await rm(into, { recursive: true, force: true });
    return {
      bytesPerSecond: downloaded.bytes / downloaded.seconds,
      ...usage(downloaded.seconds),
      ...{ loadCpu: null, served: null, tenthToMiddle: null, secondsToServe: null },
    };
  }
  const loaded = await load(content, seeder.port, { connections: connections[way], seconds });
  return {
    bytesPerSecond: loaded.bytes / loaded.seconds,
    ...usage(loaded.allSeconds),
    loadCpu: loaded.cpuSeconds / loaded.seconds,
    served: loaded.served,
    secondsToServe: loaded.secondsToServe,
    tenthToMiddle: loaded.tenth / loaded.middle,
  };
}

function report(
  content: Content,
  contended: readonly string[],
  runs: ReadonlyMap<string, readonly Measured[]>,
  rounds: number,
): string {
  const of = (name: string, way: Way, field: keyof Measured) =>
    (runs.get(`${name} ${way}`) ?? []).map((one) => one[field]).filter((value) => value !== null);
  const middle = (name: string, way: Way, field: keyof Measured) => median(of(name, way, field));
  const speed = (name: string, way: Way) => middle(name, way, 'bytesPerSecond');
  const lines: string[] = [
    `content of ${formatBytes(content.size)} in the page cache, pieces of ` +
      `${formatBytes(content.pieceLength)}, medians of ${rounds}`,
  ];
  for (const way of Object.keys(ways) as Way[]) {
    const rows = contended.map((name) => {
      const speeds = of(name, way, 'bytesPerSecond').map((value) => value / 1e6);
      return [
        name,
        (speed(name, way) / 1e6).toFixed(0),
        `${Math.min(...speeds).toFixed(0)} to ${Math.max(...speeds).toFixed(0)}`,
        percent(middle(name, way, 'cpu')),
        formatBytes(middle(name, way, 'peakMemory')),
        formatBytes(middle(name, way, 'anonymousMemory')),
        ...(way === 'libtorrent' ? [] : [percent(middle(name, way, 'loadCpu'))]),
        ...(way === 'sixteen' || way === 'many'
          ? [
              middle(name, way, 'served').toFixed(0),
              middle(name, way, 'tenthToMiddle').toFixed(2),
              `${middle(name, way, 'secondsToServe').toFixed(2)} s`,
            ]
          : []),
      ];
    });
    const heads = [
      ...['', 'MB/s', 'least to most', 'CPU', 'peak memory', 'of it not of files'],
      ...(way === 'libtorrent' ? [] : ["load's CPU"]),
      ...(way === 'sixteen' || way === 'many'
        ? ['peers served', '10th percentile / median', 'all served after']
        : []),
    ];
    lines.push('', `${ways[way]}:`, '', tableOf([heads, ...rows]));
  }
  return [...lines, '', ...verdicts(contended, speed, middle)].join('\n');
}

function verdicts(
  contended: readonly string[],
  speed: (name: string, way: Way) => number,
  middle: (name: string, way: Way, field: keyof Measured) => number,
): string[] {
  const { everseed, libtorrent } = names;
  const lines: string[] = [];
  if (contended.includes(libtorrent)) {
    for (const [way, least] of [['one', 1.5] as const, ['sixteen', 1] as const]) {
      const times = speed(everseed, way) / speed(libtorrent, way);
      const measured = `${ways[way]}: ${times.toFixed(2)} times libtorrent`;
      lines.push(goalText(measured, `at least ${least}`, times >= least));
    }
    const memory =
      middle(everseed, 'sixteen', 'peakMemory') / middle(libtorrent, 'sixteen', 'peakMemory');
    const measured = `16 connections: ${memory.toFixed(2)} times libtorrent's memory`;
    lines.push(goalText(measured, 'at most 0.5', memory <= 0.5));
  }
  const times = speed(everseed, 'many') / speed(everseed, 'sixteen');
  const served = middle(everseed, 'many', 'served');
  const fair = middle(everseed, 'many', 'tenthToMiddle');
  lines.push(
    goalText(`200 connections: ${times.toFixed(2)} times 16`, 'at least 1', times >= 1),
    goalText(`200 connections: ${served} served`, 'all', served === connections.many),
    goalText(
      `200 connections: 10th percentile ${fair.toFixed(2)} of the median`,
      'at least 0.5',
      fair >= 0.5,
    ),
  );
  return lines;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}
