import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { usageOf } from '../measuring/process-usage.ts';

/** A tracker to be measured. */
export interface Contender {
  name: string;
  /** Whether it is here; a sentence if not. */
  missing?: string;
  /** Program and words that have it listen at a port of 127.0.0.1, TCP and UDP. */
  command(port: number): Promise<readonly string[]>;
}

export interface RunningTracker {
  port: number;
  /** Seconds of processor time so far, of the program and those it started. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

export const names = {
  everseed: 'everseed',
  plain: 'everseed without koffi',
  opentracker: 'opentracker',
  bittorrentTracker: 'bittorrent-tracker',
} as const;

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;

/** All of them; `folder` is for their files, `hashesFile` what they are to track. */
export async function contenders(folder: string, hashesFile: string): Promise<Contender[]> {
  const hasOpentracker = await isThere('opentracker');
  return [
    { name: names.everseed, command: (port) => everseed(join(root, 'dist'), folder, port) },
    {
      name: names.plain,
      command: async (port) => {
        // beside no package, it finds none
        const copy = join(folder, 'alone');
        await cp(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
        await cp(join(root, 'package.json'), join(copy, 'package.json'));
        return everseed(join(copy, 'dist'), folder, port);
      },
    },
    {
      name: names.opentracker,
      ...(hasOpentracker ? {} : { missing: 'opentracker is not installed' }),
      command: async (port) => [
        ...['opentracker', '-i', '127.0.0.1', '-p', String(port), '-P', String(port)],
        ...['-w', hashesFile],
      ],
    },
    {
      name: names.bittorrentTracker,
      command: async (port) => [
        process.execPath,
        join(root, 'node_modules/bittorrent-tracker/bin/cmd.js'),
        ...['--port', String(port), '--http', '--udp', '--no-stats', '--silent'],
        ...['--http-hostname', '127.0.0.1', '--udp-hostname', '127.0.0.1'],
      ],
    },
  ];
}

/** Starts one, and waits until it takes connections. */
export async function start(contender: Contender, port: number): Promise<RunningTracker> {
  const [program = '', ...words] = await contender.command(port);
  const child = spawn(program, words, { stdio: 'ignore' });
  const failed = once(child, 'exit').then(() => {
    throw new Error(`${contender.name} ended`);
  });
  await Promise.race([listening(port), failed]);
  failed.catch(() => undefined);
  return {
    port,
    cpuSeconds: () => usageOf(child.pid ?? 0).cpuSeconds,
    stop: () => stop(child),
  };
}

async function everseed(dist: string, folder: string, port: number): Promise<string[]> {
  const program = [process.execPath, join(dist, 'cli.js'), '--home', join(folder, 'home')];
  const [node = '', ...words] = program;
  // All of the load comes from this machine: what holds back single addresses is not measured.
  const settings = { requestsPerSecond: 0, maxPeersPerAddress: 10_000_000, maxPeers: 2_000_000 };
  for (const [name, value] of Object.entries(settings)) {
    await run(node, [...words, 'config', 'set', `tracker.${name}`, String(value)]);
  }
  return [...program, 'tracker', '--open', '--port', String(port), '--bind', '127.0.0.1'];
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = createConnection({ host: '127.0.0.1', port });
    try {
      await once(socket, 'connect');
      return;
    } catch {
      // not yet
      await sleep(50);
    } finally {
      socket.destroy();
    }
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

export async function isThere(program: string): Promise<boolean> {
  try {
    await run('which', [program]);
    return true;
  } catch {
    return false;
  }
}
