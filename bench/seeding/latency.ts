import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readAll } from '../create/content.ts';
import { goalText, tableOf } from '../measuring/report.ts';
import type { Content } from './contenders.ts';
import { Everseed } from './everseed.ts';
import { load } from './loads.ts';
import type { Probed } from './probe.ts';
import { pathTo } from './program.ts';

const run = promisify(execFile);

const ways: Record<keyof Probed, string> = {
  udp: 'announce by UDP',
  http: 'announce by HTTP, keep-alive',
  newHttp: 'announce by HTTP, a connection each',
  control: 'status by the control socket',
};

/** How soon tracker and control socket answer, idle and while all is sent that can be. */
export async function measureLatency(
  content: Content,
  folder: string,
  seconds: number,
): Promise<string> {
  // All of it comes from this machine: what holds back single addresses is not measured.
  const everseed = await Everseed.create(folder, { tracker: { requestsPerSecond: 0 } });
  await everseed.command('adopt', content.torrent, '--data', content.file);
  readAll(content.file);
  const { home, http, udp, peer } = await everseed.status();
  try {
    const probe = async (): Promise<Probed> => {
      const words = [home, String(http.port), String(udp.port), content.infoHash, String(seconds)];
      const { stdout } = await run(process.execPath, [pathTo('./probe.ts'), ...words]);
      return JSON.parse(stdout) as Probed;
    };
    const idle = await probe();
    const loading = load(content, peer.port, { connections: 16, seconds: seconds + 2 });
    const busy = await probe();
    const loaded = await loading;
    return report(idle, busy, loaded.bytes / loaded.seconds);
  } finally {
    await everseed.stop();
  }
}

function report(idle: Probed, busy: Probed, bytesPerSecond: number): string {
  const names = Object.keys(ways) as (keyof Probed)[];
  const heads = ['', 'idle: median', '99 of 100', 'worst', 'busy: median', '99 of 100', 'worst'];
  const rows = names.map((name) => [
    ways[name],
    ...[idle[name], busy[name]].flatMap(({ median, p99, worst }) =>
      [median, p99, worst].map((ms) => `${ms.toFixed(1)} ms`),
    ),
  ]);
  return [
    `answers while ${(bytesPerSecond / 1e6).toFixed(0)} MB/s are sent over 16 connections`,
    '',
    tableOf([heads, ...rows]),
    '',
    ...names.map((name) => {
      const { p99 } = busy[name];
      const measured = `${ways[name]}: 99 of 100 within ${p99.toFixed(1)} ms`;
      return goalText(measured, 'under 50 ms', p99 < 50);
    }),
  ].join('\n');
}
