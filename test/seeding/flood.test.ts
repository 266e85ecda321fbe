import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { RunningSeeder, stopAll } from './running-seeder.ts';
import { writeTestContent } from './test-content.ts';

const script = fileURLToPath(new URL('flooding-peer.ts', import.meta.url));
const count = 10_000;
const k = 1024;

afterEach(stopAll);

test('ten thousand connections from one address keep nobody else from being served', {
  timeout: 120_000,
}, async () => {
  const content = writeTestContent([1_000 * k], 32 * k);
  const running = new RunningSeeder({
    maxConnections: 200,
    maxConnectionsPerPublication: 100,
  });
  await running.start(content);
  const stays = running.leecher({ ...content, from: '127.0.0.2' });
  expect((await stays.download(content.bytes.length, 32 * k)).equals(content.bytes)).toBe(true);

  const flood = spawn(
    process.execPath,
    [script, String(running.port), content.infoHash, String(count)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void flood.kill('SIGKILL'));
  let output = '';
  flood.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(flood, 'spawn');
  let served = 0;
  while (!output.includes('over')) {
    expect(flood.exitCode).toBeNull();
    const newcomer = running.leecher({ ...content, from: `127.0.0.${3 + (served % 50)}` });
    const bytes = await newcomer.download(content.bytes.length, 32 * k);
    expect(bytes.equals(content.bytes)).toBe(true);
    newcomer.close();
    await stays.fetch({ piece: served % 31, begin: 0, length: 16 * k });
    served++;
    const peers = running.seeder.peers(content.content.id);
    expect(peers.length).toBeLessThanOrEqual(100);
  }
  expect(served).toBeGreaterThan(0);
  expect(running.errors).toEqual([]);
});
