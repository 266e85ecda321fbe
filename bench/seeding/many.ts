import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { formatBytes } from '../../source/format/units.ts';
import { goalText, tableOf } from '../measuring/report.ts';
import type { DiscoveryKind, ManyMeasured } from './many-process.ts';
import { pathTo } from './program.ts';

const run = promisify(execFile);

const kinds: readonly { kind: DiscoveryKind; title: string }[] = [
  { kind: 'none', title: 'no discovery' },
  { kind: 'dht-lsd', title: 'DHT and LSD' },
  { kind: 'tracker', title: 'another tracker of each' },
];

/** Measures an engine with thousands of publications that nobody downloads. Returns the report. */
export async function measureMany(
  folder: string,
  { count, only }: { count: number; only: readonly string[] },
): Promise<string> {
  const measured: { title: string; kind: DiscoveryKind; of: ManyMeasured }[] = [];
  for (const { kind, title } of kinds) {
    if (!only.includes(kind)) continue;
    const program = [process.execPath, pathTo('./many-process.ts'), folder, String(count), kind];
    const { stdout } = await run('unshare', ['-n', 'sh', '-c', inItsNetwork, 'sh', ...program]);
    measured.push({ kind, title, of: JSON.parse(stdout) as ManyMeasured });
  }
  const each = ({ fullBytes, emptyBytes }: ManyMeasured) => (fullBytes - emptyBytes) / count;
  const heads = [
    ...['', 'memory without', 'with', 'of each', 'ready after', 'all answered after'],
    ...['handshakes alone', 'idle CPU without', 'with', 'wake-ups a second without', 'with'],
  ];
  const rows = measured.map(({ title, of }) => [
    ...[title, formatBytes(of.emptyBytes), formatBytes(of.fullBytes)],
    `${each(of).toFixed(0)} B`,
    ...[of.readySeconds, of.answeredSeconds, of.handshakesSeconds].map((s) => `${s.toFixed(2)} s`),
    ...[of.emptyCpu, of.idleCpu].map((part) => `${(part * 100).toFixed(2)} %`),
    ...[of.emptyWakeups, of.idleWakeups].map((times) => times.toFixed(1)),
  ]);
  const lines = [
    `${count} publications of one small file, put into the catalog by its own code`,
    '',
    tableOf([heads, ...rows]),
    '',
  ];
  for (const { title, of } of measured) {
    const bytes = each(of);
    const answered = of.answeredSeconds;
    lines.push(
      goalText(`${title}: ${bytes.toFixed(0)} bytes each`, 'at most 8192', bytes <= 8192),
      goalText(`${title}: all answer after ${answered.toFixed(2)} s`, 'at most 3 s', answered <= 3),
      goalText(
        `${title}: ${(of.idleCpu * 100).toFixed(2)} % of a core while idle`,
        'under 1 %',
        of.idleCpu < 0.01,
      ),
    );
    if (!of.tracker) continue;
    const { announced, seconds, mostInFlight, mostInASecond } = of.tracker;
    lines.push(
      `- ${title}: it heard of ${announced} in ${seconds.toFixed(1)} s, of at most ` +
        `${mostInASecond} in a second and ${mostInFlight} at the same time, answering after 50 ms; ` +
        'how much an idle engine takes is measured after that',
    );
  }
  return lines.join('\n');
}

/** Nobody is there but we, and multicast comes back. */
const inItsNetwork =
  'ip link set lo up multicast on && ip route add 224.0.0.0/4 dev lo && exec "$@"';
