/**
 * soak-tracker.ts [MINUTES]: garbage and good announces at a tracker of its own, ten minutes unless
 * told otherwise. Fails when a good announce is not answered, when the tracker reports a fault, or
 * when its memory after the first tenth of the time grows by half.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type SoakTarget, soakRound } from '../test/tracker/soak/soak.ts';

const minutes = Number(process.argv[2] ?? 10);
const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const home = await mkdtemp(join(tmpdir(), 'everseed-soak-'));
const log = join(home, 'engine.log');
const everseed = (...args: string[]) => [cli, '--home', home, ...args];

// all of it comes from a few addresses, which are to be answered all the same
await writeFile(join(home, 'settings.json'), '{"tracker":{"requestsPerSecond":0}}');
const tracker = spawn(process.execPath, everseed('tracker', '--port', '0', '--open'), {
  stdio: ['ignore', 'ignore', 'inherit'],
});
try {
  const target = await targetOf();
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 60_000;
  let warmBytes = 0;
  let toldAt = 0;
  const total = { good: 0, garbage: 0 };
  while (elapsed() < minutes) {
    const { good, garbage } = await soakRound(target, Math.random);
    total.good += good;
    total.garbage += garbage;
    if (warmBytes === 0 && elapsed() > minutes / 10) warmBytes = await residentBytes(target);
    if (elapsed() - toldAt < 0.5) continue;
    toldAt = elapsed();
    const mebibytes = Math.round((await residentBytes(target)) / 2 ** 20);
    console.log(
      `${toldAt.toFixed(1)} min: ${total.good} good, ${total.garbage} garbage, ${mebibytes} MiB`,
    );
  }
  const bytes = await residentBytes(target);
  if (bytes > warmBytes * 1.5) throw new Error(`memory grew from ${warmBytes} to ${bytes} bytes`);
  const warnings = (await readFile(log, 'utf8'))
    .split('\n')
    .filter((line) => /"level":"(warning|error)"/.test(line));
  if (warnings.length > 0) throw new Error(`the tracker complained:\n${warnings.join('\n')}`);
  console.log('every good announce was answered');
} finally {
  const ended = new Promise((resolve) => tracker.once('exit', resolve));
  tracker.kill('SIGTERM');
  await ended;
  await rm(home, { recursive: true });
}

/** Where the tracker listens, once it does. */
async function targetOf(): Promise<SoakTarget> {
  for (;;) {
    if (tracker.exitCode !== null) throw new Error('the tracker did not start');
    if ((await readFile(log, 'utf8').catch(() => '')).includes('"started"')) break;
    await sleep(100);
  }
  const status = spawn(process.execPath, everseed('status', '--json'));
  let text = '';
  for await (const chunk of status.stdout) text += chunk;
  const { http, udp } = JSON.parse(text);
  return { httpPort: http.port, udpPort: udp.port };
}

async function residentBytes({ httpPort }: SoakTarget): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${httpPort}/stats.json`);
  const { memory } = (await response.json()) as { memory: number };
  return memory;
}
