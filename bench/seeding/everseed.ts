import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { EngineStatus } from '../../source/control/engine.ts';
import type { ReadyMessage } from '../../source/control/ready.ts';
import { findHome, type Home } from '../../source/home.ts';
import { controlHeapFlag } from '../../source/thread/heap-sizes.ts';
import { asItIs, pathTo, type RunningSeeder, type Wrap } from './program.ts';

const run = promisify(execFile);

/** A built everseed of a benchmark's own: in a home of its own, and found by nobody. */
export class Everseed {
  readonly #home: string;
  readonly #wrap: Wrap;

  private constructor(folder: string, wrap: Wrap) {
    this.#home = join(folder, 'home');
    this.#wrap = wrap;
  }

  /** `settings`: besides those that keep it to itself. */
  static async create(folder: string, settings: object = {}, wrap = asItIs): Promise<Everseed> {
    const everseed = new Everseed(folder, wrap);
    await mkdir(everseed.#home, { recursive: true });
    const all = {
      publicHost: '127.0.0.1',
      http: { port: 0 },
      udp: { port: 0 },
      peer: { port: 0 },
      discovery: { dht: false, lsd: false, portMapping: false },
      ...settings,
    };
    await writeFile(everseed.home.settingsFile, JSON.stringify(all));
    return everseed;
  }

  get home(): Home {
    return findHome(this.#home, {}, '/');
  }

  /** Starts the engine itself, and waits until it says that it serves. */
  async startEngine(): Promise<Omit<RunningSeeder, 'port'>> {
    const program = [controlHeapFlag, pathTo('../../dist/engine.js')];
    const words = [...program, '--home', this.#home, '--ready-fd', '3'];
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    const ready = child.stdio[3] as Readable;
    const [line] = await once(ready, 'data');
    const { ready: isReady } = JSON.parse(String(line)) as ReadyMessage;
    if (!isReady) throw new Error(`the engine does not start: ${line}`);
    return { pid: child.pid ?? 0, stop: () => this.stop() };
  }

  /** Runs a command, which starts the engine if it must. */
  async command(...words: string[]): Promise<string> {
    const program = pathTo('../../dist/cli.js');
    const [node = '', ...rest] = this.#wrap([process.execPath, program, '--home', this.#home]);
    const { stdout } = await run(node, [...rest, ...words], { maxBuffer: 2 ** 28 });
    return stdout;
  }

  async status(): Promise<EngineStatus> {
    return JSON.parse(await this.command('status', '--json')) as EngineStatus;
  }

  /** The running engine, started if it is not running. */
  async running(): Promise<RunningSeeder> {
    const { pid, peer } = await this.status();
    return { pid, port: peer.port, stop: () => this.stop() };
  }

  async stop(): Promise<void> {
    await this.command('stop');
  }
}
