import { Command, CommanderError } from 'commander';
import { connectIfRunning } from './client/connect.ts';
import { connectOrStart } from './client/start-engine.ts';
import { type CommandName, commandSummaries } from './command-summaries.ts';
import type { CommandContext } from './commands/command.ts';
import { commands } from './commands/index.ts';
import { EverseedError, messageOf } from './errors.ts';
import { stripControls } from './format/terminal-text.ts';
import { commandsForHome, findHome, type Home } from './home.ts';
import { version } from './version.ts';
import { workingDirectory } from './working-directory.ts';

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
    .option('--screen-reader', 'tell the dashboard in lines of text, as screen readers need it')
    .option('--debug', 'show where in the program an error came from')
    .version(version)
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, 'everseed: ')),
    })
    .exitOverride();

  const cwd = workingDirectory(process.env, process.cwd());
  const context: CommandContext = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    cwd,
    get home() {
      return findHome(program.opts<{ home?: string }>().home, process.env, cwd);
    },
    signal: interrupted.signal,
    connect: (client) => connectOrStart(context.home, client),
    connectIfRunning: (client) => connectIfRunning(context.home, client),
    addEveryCommand: (every) => addCommands(every, context, Object.keys(commands)),
  };

  listenForEnd(interrupted);
  try {
    await addCommands(program, context, process.argv.slice(2));
    const { operands, unknown } = program.parseOptions(process.argv.slice(2));
    if (operands.length > 0 || unknown.length > 0) await program.parseAsync();
    else await openDashboard(context, program.opts<{ screenReader?: boolean }>());
  } catch (error) {
    const { debug = false } = program.opts<{ debug?: boolean }>();
    process.exitCode = explain(error, context.home, debug);
  }
}

async function openDashboard(
  context: CommandContext,
  flags: { screenReader?: boolean },
): Promise<void> {
  const { default: open } = await import('./commands/dashboard.ts');
  await open(context, flags);
}

/** Adds every command by name and summary, but only those asked for with all they are. */
async function addCommands(
  program: Command,
  context: CommandContext,
  asked: readonly string[],
): Promise<void> {
  for (const [name, load] of Object.entries(commands)) {
    const summary = commandSummaries[name as CommandName];
    const command = program.command(name).summary(summary).description(summary);
    if (!asked.includes(name)) continue;
    const { default: define } = await load();
    define(command, context);
  }
}

/** The first Ctrl-C or SIGTERM asks the command to end, the second ends the process. */
function listenForEnd(interrupted: AbortController): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted.abort();
      process.once(signal, () => process.exit(exitCodes.failed));
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // the reader has enough (`everseed ls | head -1`), or the terminal is gone
    if (error.code === 'EPIPE' || error.code === 'EIO') process.exit(0);
    process.stderr.write(`everseed: cannot write the result: ${error.message}\n`);
    process.exit(exitCodes.failed);
  });
  // there is nobody left to tell
  process.stderr.on('error', () => undefined);
}

/** Prints the one line of an error, which advises commands for `home`; returns the exit code for it. */
function explain(error: unknown, home: Home, debug: boolean): number {
  if (error instanceof CommanderError) {
    // commander has printed what there is to say
    return error.exitCode === 0 ? 0 : exitCodes.usage;
  }
  const known = error instanceof EverseedError;
  const line = known
    ? commandsForHome(error.message, home)
    : `unexpected failure: ${messageOf(error)} (run it again with --debug to see where)`;
  process.stderr.write(`everseed: ${stripControls(line)}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known && error.code === 'usage' ? exitCodes.usage : exitCodes.failed;
}
