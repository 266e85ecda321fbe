import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EngineStatus } from '../../source/control/engine.ts';
import type { PublicationDetail } from '../../source/control/publications.ts';
import type { NetworkNamespace } from '../../test/helpers/network-namespace.ts';

const cliFile = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const runFile = promisify(execFile);

interface InstallOptions {
  /** Where it runs. */
  network: NetworkNamespace;
  settings: object;
}

/** The built program in a home of its own. */
export class Everseed implements AsyncDisposable {
  readonly #home: string;
  readonly #network: NetworkNamespace;
  /** The command under way, if any. */
  #running: Promise<unknown> = Promise.resolve();
  #isOver = false;

  private constructor(home: string, network: NetworkNamespace) {
    this.#home = home;
    this.#network = network;
  }

  static async install({ network, settings }: InstallOptions): Promise<Everseed> {
    if (!existsSync(cliFile)) throw new Error('there is no dist/cli.js: npm run build makes it');
    const home = await mkdtemp(join(tmpdir(), 'everseed-picture-'));
    // what is made up for a picture has no business elsewhere
    const discovery = { dht: false, lsd: false, portMapping: false };
    await writeFile(join(home, 'settings.json'), JSON.stringify({ discovery, ...settings }));
    return new Everseed(home, network);
  }

  /** The words to spawn for a command of the program. */
  commandLine(...args: string[]): string[] {
    return [...this.#network.prefix, process.execPath, cliFile, '--home', this.#home, ...args];
  }

  /** The words to spawn for a dashboard that is begun in a folder. */
  dashboardIn(folder: string): string[] {
    const { prefix } = this.#network;
    // whoever enters the network is at the top of the file system
    return [...prefix, 'env', `--chdir=${folder}`, ...this.commandLine().slice(prefix.length)];
  }

  /** Runs a command, which must succeed. Returns what it prints. */
  async run(...args: string[]): Promise<string> {
    // it would start the engine again
    if (this.#isOver) throw new Error('this everseed is gone');
    return await this.#run(args);
  }

  async status(): Promise<EngineStatus> {
    await this.run('daemon');
    return JSON.parse(await this.run('status', '--json'));
  }

  async show(name: string): Promise<PublicationDetail> {
    return JSON.parse(await this.run('show', name, '--json'));
  }

  async publish(path: string, flags: readonly string[]): Promise<void> {
    await this.run('publish', path, ...flags);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#running.catch(() => undefined);
    await this.#run(['stop']);
    await rm(this.#home, { recursive: true, maxRetries: 3 });
  }

  async #run(args: string[]): Promise<string> {
    const [command = '', ...rest] = this.commandLine(...args);
    const running = runFile(command, rest);
    this.#running = running;
    return (await running).stdout;
  }
}
