import { spawn, spawnSync } from 'node:child_process';
import type { Lifetime } from '../../helpers/lifetime.ts';
import type { NetworkNamespace } from '../../helpers/network-namespace.ts';

/** How clients reach the tracker, and each other. */
export type Way = 'http' | 'http6' | 'udp' | 'udp6';

/** What a client is told to do. */
export interface ClientOptions {
  /** A `.torrent` file's path, or a magnet link. */
  torrent: string;
  /** An existing folder where the content is, or is to be. */
  folder: string;
  /** An existing folder for its settings. */
  scratch: string;
  network: NetworkNamespace;
  /** How long it runs, unless it is ended before. */
  lifetime: Lifetime;
  /** Where it listens; what it needs besides is next to it. */
  port?: number;
  way?: Way;
  /** Speaks to nobody in plaintext. */
  encrypted?: boolean;
  /** Tells peers of peers, and is told (BEP 11). */
  pex?: boolean;
  /** Tries uTP, which the everseed does not speak, where the client can be told. */
  utp?: boolean;
  /** Downloads no faster than this, where the client can be told. */
  bytesPerSecond?: number;
  /** Announces this often, where the client can be told, instead of when the tracker says. */
  announceSeconds?: number;
}

/** What is left of the options to choose when the port and the way are as usual. */
export const usual = { port: 6_900, way: 'http' } as const;

/**
 * A real client that has the tracker only, neither DHT nor LSD, nor PEX unless it is asked to: downloads what is not in
 * its folder, and seeds on.
 */
export interface RealClient {
  name: string;
  installed: boolean;
  /** The ways it can announce by. */
  ways: readonly Way[];
  /** It can be told to speak to nobody in plaintext. */
  encrypts: boolean;
  start(options: ClientOptions): Promise<RunningClient>;
}

export interface RunningClient {
  /** What it has written, the last of it. */
  output(): string;
  /** The exit code or signal it ended with; null while it runs. */
  ended(): number | string | null;
  end(): Promise<void>;
  /** Ends it in the midst of whatever it does. */
  kill(): Promise<void>;
}

export function isInstalled(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

export const isIpv6Way = (way: Way): boolean => way.endsWith('6');

/** Starts a program in the network; its output is shown if the test it runs for fails. */
export function run(
  { network, lifetime }: Pick<ClientOptions, 'network' | 'lifetime'>,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): RunningClient {
  const [command = '', ...args] = [...network.prefix, ...words];
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-4_000);
    });
  }
  const ended = () => child.exitCode ?? child.signalCode;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const kill = async () => {
    if (ended() !== null) return;
    child.kill('SIGKILL');
    await exited;
  };
  const end = async () => {
    if (ended() !== null) return;
    child.kill('SIGTERM');
    const killer = setTimeout(kill, 2_000);
    await exited;
    clearTimeout(killer);
  };
  lifetime(async (over) => {
    if (over?.task.result?.state === 'fail') process.stderr.write(`${words[0]}:\n${output}\n`);
    await end();
  });
  return { output: () => output, ended, end, kill };
}
