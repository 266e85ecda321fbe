import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import type { CommandContext, DefineCommand } from '../../source/commands/command.ts';
import { commands } from '../../source/commands/index.ts';
import { EverseedError } from '../../source/errors.ts';
import { findHome } from '../../source/home.ts';

export interface CommandRun {
  stdout: string;
  stderr: string;
  /** What the command ended with, if not well. */
  error: EverseedError | null;
}

interface RunOptions {
  /** Its standard input. */
  input?: Uint8Array;
  /** Makes its standard error a terminal, and is told what is written there, at once. */
  onTerminal?: (text: string) => void;
}

/** Runs a command in this process, in the folder `cwd`. */
export async function runCommand(
  define: DefineCommand,
  cwd: string,
  words: readonly string[],
  { input = new Uint8Array(), onTerminal }: RunOptions = {},
): Promise<CommandRun> {
  const stdin = new PassThrough();
  stdin.end(input);
  const stdout = new PassThrough({ highWaterMark: 2 ** 24 });
  const stderr = onTerminal ? terminalOf(onTerminal) : new PassThrough();
  const unreachable = () => Promise.reject(new Error('no engine is needed'));
  const context: CommandContext = {
    stdin,
    stdout,
    stderr,
    environment: {},
    cwd,
    home: findHome(cwd, {}, cwd),
    signal: new AbortController().signal,
    connect: unreachable,
    connectIfRunning: unreachable,
    async addEveryCommand(program) {
      for (const [name, load] of Object.entries(commands)) {
        (await load()).default(program.command(name), context);
      }
    },
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  define(program.command('command'), context);
  let error: EverseedError | null = null;
  try {
    await program.parseAsync(['command', ...words], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof EverseedError)) throw thrown;
    error = thrown;
  }
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return { stdout: read(stdout), stderr: read(stderr), error };
}

function terminalOf(onTerminal: (text: string) => void): PassThrough & { isTTY: true } {
  const stderr = new PassThrough({
    transform(chunk: Buffer, _encoding, done) {
      onTerminal(chunk.toString());
      done(null, chunk);
    },
  });
  return Object.assign(stderr, { isTTY: true } as const);
}
