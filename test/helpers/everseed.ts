import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { connectIfRunning } from '../../source/client/connect.ts';
import type { EngineConnection } from '../../source/client/engine-connection.ts';
import type { EngineStatus } from '../../source/control/engine.ts';
import type { PublicationDetail, PublicationSummary } from '../../source/control/publications.ts';
import { findHome } from '../../source/home.ts';
import { Leecher } from './leecher.ts';
import type { Lifetime } from './lifetime.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The built program. */
export const cliFile = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface HomeOptions {
  settings?: object;
  /** An existing folder; a new one unless given. */
  home?: string;
  /** What to put before each command, to run it in a namespace. */
  prefix?: readonly string[];
  /** How long it lasts; until the end of the test unless told. */
  lifetime?: Lifetime;
}

/** A publication that has a v1 info hash, as all have that are not for v2 alone. */
export type PublishedV1 = PublicationDetail & { infoHash: string };

/** An everseed installation of a test's own: the built program in a home of its own. */
export class Everseed {
  readonly home: string;
  readonly #prefix: readonly string[];
  readonly #lifetime: Lifetime;

  private constructor(home: string, prefix: readonly string[], lifetime: Lifetime) {
    this.home = home;
    this.#prefix = prefix;
    this.#lifetime = lifetime;
  }

  /** A new home with free ports; its engine is ended when the test, or its lifetime, is over. */
  static async create(options: HomeOptions = {}): Promise<Everseed> {
    const { lifetime = onTestFinished, prefix = [] } = options;
    const { home = await temporaryFolder(lifetime) } = options;
    const settings = {
      publicHost: '127.0.0.1',
      http: { port: 0 },
      udp: { port: 0 },
      peer: { port: 0 },
      // what a test does not ask for, strangers on the network are not to see
      discovery: { dht: false, lsd: false, portMapping: false },
      ...options.settings,
    };
    writeIn(prefix, join(home, 'settings.json'), JSON.stringify(settings));
    const everseed = new Everseed(home, prefix, lifetime);
    lifetime(async (over) => {
      if (over?.task.result?.state === 'fail') process.stderr.write(`${everseed.log()}\n`);
      await everseed.run('stop');
    });
    return everseed;
  }

  /** Runs a command of the program, and waits for its end. */
  run(...args: string[]): Promise<CommandResult> {
    const [command = '', ...rest] = this.commandLine(...args);
    return new Promise((resolve) => {
      execFile(command, rest, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** The words to spawn for a command of the program. */
  commandLine(...args: string[]): string[] {
    return [...this.#prefix, process.execPath, cliFile, '--home', this.home, ...args];
  }

  /** Runs a command that must succeed, and reads its JSON. */
  async json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run(...args, '--json');
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as T;
  }

  /** The status of the engine, which is started if none runs. */
  async status(): Promise<EngineStatus> {
    const { code, stdout } = await this.run('status', '--json');
    if (code === 0) return JSON.parse(stdout) as EngineStatus;
    expect(await this.run('daemon')).toMatchObject({ code: 0 });
    return await this.json<EngineStatus>('status');
  }

  list(): Promise<PublicationSummary[]> {
    return this.json<PublicationSummary[]>('ls');
  }

  publish(path: string, ...flags: string[]): Promise<PublishedV1> {
    return this.json<PublishedV1>('publish', path, ...flags);
  }

  /** Connects to the engine, which must run, as the client of this name. */
  async connect(client = 'test'): Promise<EngineConnection> {
    const engine = await connectIfRunning(findHome(this.home, {}, '/'), client);
    if (!engine) throw new Error('no engine runs');
    this.#lifetime(() => engine.close());
    return engine;
  }

  /** A peer that is connected to the everseed of a publication. */
  async leecher({ infoHash }: PublishedV1): Promise<Leecher> {
    const { peer } = await this.status();
    const leecher = new Leecher(peer.port, { infoHash });
    this.#lifetime(() => leecher.close());
    return leecher;
  }

  /** All bytes of a publication, as the everseed sends them. */
  async download(publication: PublishedV1): Promise<Buffer> {
    const leecher = await this.leecher(publication);
    return await leecher.download(publication.size, publication.pieceLength);
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const { pid } = await this.status();
    process.kill(pid, signal);
    await until(() => !isRunning(pid));
  }

  log(): string {
    const file = join(this.home, 'engine.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}

function writeIn(prefix: readonly string[], file: string, text: string): void {
  const [command = '', ...args] = [...prefix, 'tee', file];
  execFileSync(command, args, { input: text });
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // a zombie waits for its parent, which may be anyone; it is gone as far as we are concerned
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/**
 * Waits until `condition` holds. Fails after `limitMs`, which must be far more than it takes even
 * on a busy machine.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  const began = performance.now();
  while (!(await condition())) {
    if (performance.now() - began > limitMs) throw new Error(`not so within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
