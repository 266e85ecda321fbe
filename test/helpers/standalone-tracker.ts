import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const run = promisify(execFile);

/** What `/stats.json` tells, as far as it is read here. */
interface TrackerFacts {
  torrents: number;
  peersAll: number;
  peersWebSocket: number;
  /** Resident bytes of the process. */
  memory: number;
  memoryOfThread: { heapTotal: number; heapUsed: number; external: number; arrayBuffers: number };
}

/** The built `everseed tracker`, tracking whatever is announced, in a home of its own. */
export class StandaloneTracker implements AsyncDisposable {
  readonly httpPort: number;
  readonly udpPort: number;
  readonly #home: string;
  readonly #process: ChildProcess;

  private constructor(home: string, child: ChildProcess, httpPort: number, udpPort: number) {
    this.#home = home;
    this.#process = child;
    this.httpPort = httpPort;
    this.udpPort = udpPort;
  }

  /** Starts one on free ports of 127.0.0.1, with these settings in the section `tracker`. */
  static async start(settings: object): Promise<StandaloneTracker> {
    const home = await mkdtemp(join(tmpdir(), 'everseed-tracker-'));
    await writeFile(join(home, 'settings.json'), JSON.stringify({ tracker: settings }));
    const program = [cli, '--home', home];
    const words = [...program, 'tracker', '--port', '0', '--bind', '127.0.0.1', '--open'];
    const child = spawn(process.execPath, words, { stdio: 'ignore' });
    const hasStarted = async () => (await logOf(home)).includes('"started"');
    while (!(await hasStarted())) {
      if (child.exitCode !== null) throw new Error(`no tracker started:\n${await logOf(home)}`);
      await sleep(50);
    }
    const { stdout } = await run(process.execPath, [...program, 'status', '--json']);
    const { http, udp } = JSON.parse(stdout);
    return new StandaloneTracker(home, child, http.port, udp.port);
  }

  async facts(): Promise<TrackerFacts> {
    const response = await fetch(`http://127.0.0.1:${this.httpPort}/stats.json`);
    return (await response.json()) as TrackerFacts;
  }

  /** The lines of its log that tell of something wrong. */
  async complaints(): Promise<string[]> {
    const lines = (await logOf(this.#home)).split('\n');
    return lines.filter((line) => /"level":"(warning|error)"/.test(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await ended;
    }
    await rm(this.#home, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function logOf(home: string): Promise<string> {
  return await readFile(join(home, 'engine.log'), 'utf8').catch(() => '');
}
