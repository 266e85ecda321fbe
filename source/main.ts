import { Command, CommanderError } from 'commander';
import { connectIfRunning } from './client/connect.ts';
import { connectOrStart } from './client/start-engine.ts';
import type { CommandContext } from './commands/command.ts';
import { commands } from './commands/index.ts';
import { EverseedError, messageOf } from './errors.ts';
import { stripControls } from './format/terminal-text.ts';
import { findHome } from './home.ts';
import { version } from './version.ts';

const exitCodes = { failed: 1, usage: 2 } as const;

/** Runs the command line of this process, and sets its exit code. */
export async function main(): Promise<void> {
  const interrupted = new AbortController();
  const program = new Command('everseed')
    .description(
      'Publish files over BitTorrent end to end, from one terminal, and keep them alive.',
    )
    .usage('[options] [command]')
    .option('--home <directory>', 'keep settings, state and socket in this directory')
    .option('--debug', 'show where in the program an error came from')
    .version(version)
    .exitOverride();

  const context: CommandContext = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    cwd: process.cwd(),
    get home() {
      return findHome(program.opts<{ home?: string }>().home, process.env, process.cwd());
    },
    signal: interrupted.signal,
    connect: () => connectOrStart(context.home),
    connectIfRunning: () => connectIfRunning(context.home),
  };

  listenForEnd(interrupted);
  try {
    await addCommands(program, context);
    await program.parseAsync();
  } catch (error) {
    process.exitCode = explain(error, program.opts<{ debug?: boolean }>().debug ?? false);
  }
}

/** Adds every command by name and summary, but only the one asked for with all it is. */
async function addCommands(program: Command, context: CommandContext): Promise<void> {
  const words = process.argv.slice(2);
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).summary(summary).description(summary);
    if (!words.includes(name)) continue;
    const { default: define } = await load();
    define(command, context);
  }
  program.argument('[command]').action(async (unknown: string | undefined) => {
    if (unknown !== undefined) {
      throw new EverseedError('usage', `there is no command ${unknown}: see everseed --help`);
    }
    const { default: openDashboard } = await import('./commands/dashboard.ts');
    await openDashboard(context);
  });
}

/** The first Ctrl-C or SIGTERM asks the command to end, the second ends the process. */
function listenForEnd(interrupted: AbortController): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted.abort();
      process.once(signal, () => process.exit(exitCodes.failed));
    });
  }
  // the reader of our output has enough: `everseed ls | head -1`
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

/** Prints the one line of an error; returns the exit code for it. */
function explain(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) {
    // commander has printed what there is to say
    return error.exitCode === 0 ? 0 : exitCodes.usage;
  }
  const known = error instanceof EverseedError;
  const line = known
    ? error.message
    : `unexpected failure: ${messageOf(error)} (run it again with --debug to see where)`;
  process.stderr.write(`everseed: ${stripControls(line)}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known && error.code === 'usage' ? exitCodes.usage : exitCodes.failed;
}
