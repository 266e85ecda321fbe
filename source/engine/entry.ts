import '../thread/pool-size.ts';
import { closeSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ReadyMessage } from '../control/ready.ts';
import { EverseedError, messageOf } from '../errors.ts';
import { commandsForHome, findHome } from '../home.ts';
import { createLog, openLogFile } from '../log/log.ts';
import { keepFlagFromThreads } from '../thread/heap-sizes.ts';
import { startEngine } from './engine.ts';
import { lockHome } from './lock.ts';
import { trackerLine } from './tracker-line.ts';

/*
 * The engine's process. Arguments: --home DIR; --ready-fd N, where one line of JSON says that it
 * serves, or why not; --foreground, to log to stderr as well; --tracker-only, without seeder and site;
 * --settings JSON, of this run alone, checked by who gives them.
 */

/** A stop that hangs is cut off here; clients are promised five seconds. */
const stopDeadlineMs = 4_500;

const { values: flags } = parseArgs({
  options: {
    home: { type: 'string' },
    'ready-fd': { type: 'string' },
    foreground: { type: 'boolean', default: false },
    'tracker-only': { type: 'boolean', default: false },
    settings: { type: 'string', default: '{}' },
  },
});

// a terminal that is gone, or a pipe nobody reads, is no reason to end
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

process.title = 'everseed-engine';
keepFlagFromThreads();
// everything the engine writes is its user's alone
process.umask(0o077);

let announced = false;
const home = findHome(flags.home, process.env, process.cwd());

try {
  await run();
} catch (error) {
  const code = error instanceof EverseedError ? error.code : 'engine-failed';
  const message =
    error instanceof EverseedError
      ? commandsForHome(error.message, home)
      : `the engine failed to start: ${messageOf(error)}`;
  announce({ ready: false, code, message });
  if (!flags['ready-fd']) process.stderr.write(`everseed: ${message}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const stopRequested = Promise.withResolvers<NodeJS.Signals | null>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => stopRequested.resolve(signal));
  }
  // the end of the login that started it is not the end of the engine, unless that is what it runs in
  const isInTerminal = flags.foreground && process.stdin.isTTY;
  process.on('SIGHUP', () => {
    if (isInTerminal) stopRequested.resolve('SIGHUP');
  });

  const lock = lockHome(home);
  const logFile = openLogFile(home.logFile);
  const terminal = flags.foreground ? createTerminalLog() : null;
  const log = createLog((line) => {
    logFile.write(line);
    terminal?.write(line);
  });
  let reportFault: () => void = () => undefined;
  process.on('uncaughtException', (error) => {
    log.error('uncaught', { error: error.stack ?? error.message });
    reportFault();
  });

  try {
    const engine = await startEngine({
      home,
      log,
      trackerOnly: flags['tracker-only'],
      settings: JSON.parse(flags.settings),
      onStopRequest: () => stopRequested.resolve(null),
    });
    reportFault = engine.reportFault;
    announce({ ready: true });
    terminal?.open();
    if (flags['tracker-only']) process.stdout.write(`${trackerLine(engine.status())}\n`);
    const signal = await stopRequested.promise;
    if (signal) engine.reportSignal(signal);
    setTimeout(cutOff, stopDeadlineMs).unref();
    await engine.stop();
  } catch (error) {
    log.error('did not start', { error: messageOf(error) });
    throw error;
  } finally {
    lock.release();
    await logFile.close();
  }
}

/** Ends the process whatever it does: `exit` would wait for reads from a disk that does not answer. */
function cutOff(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Once; what comes after it is for the log. */
function announce(message: ReadyMessage): void {
  if (!flags['ready-fd'] || announced) return;
  announced = true;
  const descriptor = Number(flags['ready-fd']);
  try {
    writeSync(descriptor, `${JSON.stringify(message)}\n`);
    closeSync(descriptor);
  } catch (error) {
    // who started it has not waited; it serves all the same
    process.stderr.write(`not announced: ${messageOf(error)}\n`);
  }
}

/**
 * Copies the log to stderr once it serves: why it does not is one sentence there, and the rest is in
 * the log.
 */
function createTerminalLog(): { write(line: string): void; open(): void } {
  let held: string[] | null = [];
  return {
    write(line) {
      if (held) held.push(line);
      else process.stderr.write(line);
    },
    open() {
      process.stderr.write((held ?? []).join(''));
      held = null;
    },
  };
}
