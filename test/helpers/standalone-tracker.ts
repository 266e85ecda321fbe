import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrackerProtocol } from '../../source/control/tracker.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** What `/stats.json` tells, as far as it is read here. */
export interface TrackerFacts {
  torrents: number;
  activeTorrents: number;
  peersAll: number;
  peersIPv4: number;
  peersIPv6: number;
  peersWebSocket: number;
  /** Resident bytes of the process. */
  memory: number;
  memoryOfThread: { heapTotal: number; heapUsed: number; external: number; arrayBuffers: number };
  /** Since the start, and since the first start. */
  protocols: Record<TrackerProtocol, RequestFacts>;
  totals: Record<TrackerProtocol, RequestFacts>;
}

interface RequestFacts {
  announces: Record<'started', number>;
  outcomes: Record<'answered' | 'refused' | 'malformed' | 'limited', number>;
}

/** The built `everseed tracker`, in a home of its own. */
export class StandaloneTracker implements AsyncDisposable {
  readonly home: string;
  readonly #prefix: readonly string[];
  #running: Running;

  private constructor(home: string, prefix: readonly string[], running: Running) {
    this.home = home;
    this.#prefix = prefix;
    this.#running = running;
  }

  /**
   * Starts one on free ports of 127.0.0.1, with these settings in the section `tracker` and others
   * beside it. It tracks whatever is announced unless they say otherwise. `prefix` is what to put
   * before the command, to run it in a namespace.
   */
  static async start(
    settings: object,
    others: object = {},
    prefix: readonly string[] = [],
  ): Promise<StandaloneTracker> {
    const home = await mkdtemp(join(tmpdir(), 'everseed-tracker-'));
    const all = { bind: '127.0.0.1', ...others, tracker: { open: true, ...settings } };
    await writeFile(join(home, 'settings.json'), JSON.stringify(all));
    return new StandaloneTracker(home, prefix, await launch(home, prefix));
  }

  get httpPort(): number {
    return this.#running.httpPort;
  }

  get udpPort(): number {
    return this.#running.udpPort;
  }

  /** Ends it by a signal. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const { child } = this.#running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Starts it once more after it was ended, on other ports. */
  async startAgain(): Promise<void> {
    this.#running = await launch(this.home, this.#prefix);
  }

  async facts(): Promise<TrackerFacts> {
    return await readFacts(this.httpPort);
  }

  /** The lines of its log that tell of something wrong. */
  async complaints(): Promise<string[]> {
    return complaintsIn(await logOf(this.home));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGTERM');
    await rm(this.home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The lines of an engine's log that tell of something wrong. */
export function complaintsIn(log: string): string[] {
  return log.split('\n').filter((line) => /"level":"(warning|error)"/.test(line));
}

/** What a tracker on 127.0.0.1 tells of itself. */
export async function readFacts(httpPort: number): Promise<TrackerFacts> {
  const response = await fetch(`http://127.0.0.1:${httpPort}/stats.json`);
  return (await response.json()) as TrackerFacts;
}

interface Running {
  child: ChildProcess;
  httpPort: number;
  udpPort: number;
}

async function launch(home: string, prefix: readonly string[]): Promise<Running> {
  const line = [...prefix, process.execPath, cli, '--home', home, 'tracker', '--port', '0'];
  const [command = '', ...words] = line;
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  for await (const part of child.stdout) {
    said += part;
    const [, httpPort, udpPort] = /:(\d+)\/announce and udp:.*:(\d+)\n/.exec(said) ?? [];
    if (httpPort && udpPort) return { child, httpPort: Number(httpPort), udpPort: Number(udpPort) };
  }
  throw new Error(`no tracker started:\n${await logOf(home)}`);
}

async function logOf(home: string): Promise<string> {
  return await readFile(join(home, 'engine.log'), 'utf8').catch(() => '');
}
