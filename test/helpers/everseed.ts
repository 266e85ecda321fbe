import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import type { EngineStatus } from '../../source/control/engine.ts';
import type { PublicationDetail, PublicationSummary } from '../../source/control/publications.ts';
import { type Owner, thisTest } from './owner.ts';
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
  /** Who ends its engine; the test unless given. */
  owner?: Owner;
}

/** A publication that has a v1 info hash, as all have that are not for v2 alone. */
export type PublishedV1 = PublicationDetail & { infoHash: string };

/** An everseed installation of a test's own: the built program in a home of its own. */
export class Everseed {
  readonly home: string;
  readonly #prefix: readonly string[];

  private constructor(home: string, prefix: readonly string[]) {
    this.home = home;
    this.#prefix = prefix;
  }

  /** A new home with free ports; its engine is ended when the test, or its owner, is over. */
  static async create(options: HomeOptions = {}): Promise<Everseed> {
    const { owner = thisTest, home = await temporaryFolder(owner), prefix = [] } = options;
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
    const everseed = new Everseed(home, prefix);
    owner.defer(async () => {
      await everseed.run('stop');
    });
    if (owner === thisTest) {
      onTestFinished(({ task }) => {
        if (task.result?.state === 'fail') process.stderr.write(`${everseed.log()}\n`);
      });
    }
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

  status(): Promise<EngineStatus> {
    return this.json<EngineStatus>('status');
  }

  list(): Promise<PublicationSummary[]> {
    return this.json<PublicationSummary[]>('ls');
  }

  publish(path: string, ...flags: string[]): Promise<PublishedV1> {
    return this.json<PublishedV1>('publish', path, ...flags);
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
