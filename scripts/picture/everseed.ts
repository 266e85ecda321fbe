import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EngineStatus } from '../../source/control/engine.ts';
import type { PublicationDetail } from '../../source/control/publications.ts';

const cliFile = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const runFile = promisify(execFile);

/** The built program in a home of its own, which listens on loopback only. */
export class Everseed implements AsyncDisposable {
  readonly #home: string;
  /** The command under way, if any. */
  #running: Promise<unknown> = Promise.resolve();
  #isOver = false;

  private constructor(home: string) {
    this.#home = home;
  }

  static async install(): Promise<Everseed> {
    if (!existsSync(cliFile)) throw new Error('there is no dist/cli.js: npm run build makes it');
    const home = await mkdtemp(join(tmpdir(), 'everseed-picture-'));
    const settings = {
      publicHost: 'seed.example.org',
      bind: '127.0.0.1',
      http: { port: await usualOrAnyPort(6969) },
      udp: { port: await usualOrAnyPort(6969) },
      peer: { port: await usualOrAnyPort(6881) },
      // what is made up for a picture is not to be found by anybody
      discovery: { dht: false, lsd: false, portMapping: false },
      // so that the job on the picture takes its time
      publish: { hashThreads: 1 },
    };
    await writeFile(join(home, 'settings.json'), JSON.stringify(settings));
    return new Everseed(home);
  }

  /** The words to spawn for a command of the program. */
  commandLine(...args: string[]): string[] {
    return [process.execPath, cliFile, '--home', this.#home, ...args];
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

  async publish(path: string, comment: string | null): Promise<void> {
    await this.run('publish', path, ...(comment === null ? [] : ['--comment', comment]));
  }

  /** Begins to publish something that is not meant to be published in the end. */
  beginToPublish(path: string): AsyncDisposable {
    const [command = '', ...rest] = this.commandLine('publish', path);
    const child = spawn(command, rest, { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('close', resolve));
    return {
      async [Symbol.asyncDispose]() {
        child.kill('SIGINT');
        await ended;
      },
    };
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

/** The port that the settings have unless changed, or 0, any free one, when that is in use here. */
async function usualOrAnyPort(usual: number): Promise<number> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('listening', () => resolve(true));
    server.once('error', () => resolve(false));
    server.listen(usual, '127.0.0.1');
  });
  if (isFree) await new Promise((resolve) => server.close(resolve));
  return isFree ? usual : 0;
}
