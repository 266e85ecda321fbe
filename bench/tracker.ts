/**
 * How many announces trackers answer in a second, side by side, and what a million peers take in
 * everseed's memory: 1,000 swarms, 50 peers wanted. Run as `npm run bench:tracker`, which builds
 * everseed first. HTTP needs Debian's wrk, and opentracker is measured where it is installed.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { formatBytes } from '../source/format/units.ts';
import { serviceHeap } from '../source/thread/heap-sizes.ts';
import { describeMachine } from './measuring/machine.ts';
import { median } from './measuring/median.ts';
import { goalText, tableOf } from './measuring/report.ts';
import { type BusyEngineMeasured, measureBusyEngine } from './tracker/busy-engine.ts';
import { type Contender, contenders, isThere, names, start } from './tracker/contenders.ts';
import type { StoreMeasured } from './tracker/memory-process.ts';
import type { UdpLoaded } from './tracker/udp-load.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    swarms: { type: 'string', default: '1000' },
    only: { type: 'string', default: 'speed,memory,waits' },
    loads: { type: 'string', default: 'udp,keepAlive,close' },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const run = promisify(execFile);
const here = new URL('tracker/', import.meta.url).pathname;

/** What is measured, by the name of the column. */
const loads = {
  udp: 'UDP',
  keepAlive: 'HTTP keep-alive',
  close: 'HTTP, a connection an announce',
} as const;
type Load = keyof typeof loads;

/** Those under which others' waits are measured. */
const waitLoads = ['udp', 'keepAlive'] as const;

interface Measured {
  announcesPerSecond: number;
  /** Microseconds of processor time the tracker took for one. */
  cpu: number;
}

const goals: { load: Load; than: string; least: number }[] = [
  { load: 'udp', than: names.opentracker, least: 1.1 },
  { load: 'keepAlive', than: names.opentracker, least: 2.5 },
  { load: 'close', than: names.opentracker, least: 1 },
];

print(`${describeMachine()}\n`);
if (values.only.includes('speed')) await compareSpeed();
if (values.only.includes('memory')) await measureMemory();
if (values.only.includes('waits')) await measureWaits();

/** Writes down the info hashes to announce, in a folder for all files, which is removed after. */
async function withHashes(work: (folder: string, hashesFile: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'everseed-bench-'));
  try {
    // opentracker reads it as another user
    await chmod(folder, 0o755);
    const hashesFile = join(folder, 'hashes');
    const hashes = Array.from({ length: Number(values.swarms) }, () =>
      randomBytes(20).toString('hex').toUpperCase(),
    );
    await writeFile(hashesFile, `${hashes.join('\n')}\n`);
    await work(folder, hashesFile);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareSpeed(): Promise<void> {
  await withHashes(async (folder, hashesFile) => {
    const all = await contenders(folder, hashesFile);
    const here = all.filter(({ missing }) => missing === undefined);
    for (const { missing } of all) if (missing) print(`${missing}\n`);
    const hasWrk = await isThere('wrk');
    if (!hasWrk) print('wrk is not installed: no HTTP\n');
    const asked = values.loads.split(',');
    const kinds = (Object.keys(loads) as Load[]).filter(
      (load) => asked.includes(load) && (hasWrk || load === 'udp'),
    );
    const runs = new Map<string, Measured[]>();
    for (let round = 0; round < rounds; round++) {
      // each goes first as often as the others
      const turn = here.map((_, n) => here[(n + round) % here.length] as Contender);
      for (const [n, contender] of turn.entries()) {
        const port = 20_000 + round * 10 + n;
        for (const [load, measured] of await measure(contender, port, hashesFile, kinds)) {
          const key = `${contender.name} ${load}`;
          runs.set(key, [...(runs.get(key) ?? []), measured]);
        }
      }
    }
    report(
      here.map(({ name }) => name),
      kinds,
      runs,
    );
  });
}

async function measure(
  contender: Contender,
  port: number,
  hashesFile: string,
  kinds: readonly Load[],
): Promise<Map<Load, Measured>> {
  const tracker = await start(contender, port);
  try {
    // so that swarms are full, and what is compiled while it runs is
    await loadBy('udp', port, hashesFile, 2);
    const measured = new Map<Load, Measured>();
    for (const load of kinds) {
      const before = tracker.cpuSeconds();
      const announcesPerSecond = await loadBy(load, port, hashesFile, seconds);
      const cpuSeconds = tracker.cpuSeconds() - before;
      const cpu = (cpuSeconds * 1e6) / (announcesPerSecond * seconds);
      measured.set(load, { announcesPerSecond, cpu });
    }
    return measured;
  } finally {
    await tracker.stop();
  }
}

/** Announces per second that were answered. */
async function loadBy(load: Load, port: number, hashesFile: string, time: number): Promise<number> {
  if (load === 'udp') {
    const program = join(here, 'udp-load.ts');
    const { stdout } = await run(process.execPath, [
      program,
      String(port),
      String(time),
      hashesFile,
    ]);
    return (JSON.parse(stdout) as UdpLoaded).announcesPerSecond;
  }
  const env = { ...process.env, HASHES: hashesFile, ...(load === 'close' ? { CLOSE: '1' } : {}) };
  const script = join(here, 'announce.lua');
  const words = ['-t1', '-c32', `-d${time}`, '-s', script, `http://127.0.0.1:${port}`];
  const { stdout } = await run('wrk', words, { env });
  const failed = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0);
  const total = Number(/(\d+) requests in/.exec(stdout)?.[1] ?? 0);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1] ?? 0);
  return total === 0 ? 0 : perSecond * (1 - failed / total);
}

function report(
  contended: readonly string[],
  kinds: readonly Load[],
  runs: ReadonlyMap<string, readonly Measured[]>,
): void {
  const of = (name: string, load: Load) => runs.get(`${name} ${load}`) ?? [];
  const speed = (name: string, load: Load) =>
    median(of(name, load).map((one) => one.announcesPerSecond));
  for (const load of kinds) {
    const table = [
      ['', 'announces/s', 'least to most', 'CPU microseconds each'],
      ...contended.map((name) => {
        const speeds = of(name, load).map((one) => one.announcesPerSecond);
        return [
          name,
          speed(name, load).toFixed(0),
          `${Math.min(...speeds).toFixed(0)} to ${Math.max(...speeds).toFixed(0)}`,
          median(of(name, load).map((one) => one.cpu)).toFixed(1),
        ];
      }),
    ];
    print(`\n${loads[load]}: ${values.swarms} swarms, 50 peers wanted, medians of ${rounds}\n\n`);
    print(`${tableOf(table)}\n\n`);
    for (const { load: which, than, least } of goals) {
      if (which !== load || !contended.includes(than)) continue;
      const times = speed(names.everseed, load) / speed(than, load);
      print(
        `${goalText(`${times.toFixed(2)} times ${than}`, `at least ${least}`, times >= least)}\n`,
      );
    }
  }
}

async function measureMemory(): Promise<void> {
  const program = join(here, 'memory-process.ts');
  // a thread that serves may not have more room for what is garbage soon
  const heap = `--max-semi-space-size=${(serviceHeap.maxYoungGenerationSizeMb ?? 0) / 3}`;
  const { stdout } = await run(process.execPath, ['--expose-gc', heap, program]);
  const measured = JSON.parse(stdout) as StoreMeasured;
  const perPeer = (measured.fullBytes - measured.emptyBytes) / measured.peers;
  print(
    `\nmemory of the store alone: ${measured.peers} peers in ${measured.swarms} swarms, with their ids and keys: ` +
      `${formatBytes(measured.fullBytes)} resident, ${formatBytes(measured.emptyBytes)} without\n\n`,
  );
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  const verdicts = [
    goalText(`${perPeer.toFixed(1)} bytes a peer`, 'at most 64', perPeer <= 64),
    goalText(
      `99 of 100 announces while sweeping within ${ms(measured.announceP99)}`,
      'under 5 ms',
      measured.announceP99 < 5,
    ),
    goalText(
      `longest pause ${ms(measured.worstPause)}, of a sweep ${ms(measured.sweepWorst)}`,
      'at most 20 ms',
      measured.worstPause <= 20,
    ),
  ];
  for (const verdict of verdicts) print(`${verdict}\n`);
}

/** How long commands, dashboard and peers wait for an engine that answers announces all the time. */
async function measureWaits(): Promise<void> {
  await withHashes(async (folder, hashesFile) => {
    for (const load of waitLoads) {
      if (!values.loads.split(',').includes(load)) continue;
      if (load !== 'udp' && !(await isThere('wrk'))) continue;
      const measured = await measureBusyEngine(folder, 2 * seconds, (ports, time) =>
        loadBy(load, load === 'udp' ? ports.udp : ports.http, hashesFile, time),
      );
      reportWaits(load, measured);
    }
  });
}

function reportWaits(load: Load, { idle, loaded, announcesPerSecond }: BusyEngineMeasured): void {
  print(
    `\nwaits for a whole engine, in ms, at ${announcesPerSecond.toFixed(0)} announces/s, ` +
      `${loads[load]}\n\n`,
  );
  const asked = [
    ['control answers', 'control'],
    ['blocks of 16 KiB', 'blocks'],
  ] as const;
  const rows = asked.map(([name, what]) => {
    const { median: middle, p99, worst } = loaded[what];
    return [name, ...[middle, p99, worst, idle[what].p99].map((ms) => ms.toFixed(1))];
  });
  print(`${tableOf([['', 'median', 'p99', 'worst', 'p99 when idle'], ...rows])}\n\n`);
  for (const [name, what] of asked) {
    const { p99 } = loaded[what];
    print(`${goalText(`${name}, p99: ${p99.toFixed(1)} ms`, 'under 50 ms', p99 < 50)}\n`);
  }
}

function print(text: string): void {
  process.stdout.write(text);
}
