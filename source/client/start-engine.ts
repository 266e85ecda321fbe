import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ReadyMessage } from '../control/ready.ts';
import { EverseedError, messageOf } from '../errors.ts';
import { type Home, homeUnusable, makeDirectories } from '../home.ts';
import { entryUrl } from '../thread/entries.ts';
import { controlHeapFlag } from '../thread/heap-sizes.ts';
import { connectIfRunning } from './connect.ts';
import type { EngineConnection } from './engine-connection.ts';

/** How to run the engine of `home`: arguments for Node. */
function engineArguments(home: Home): string[] {
  const program = [controlHeapFlag, fileURLToPath(entryUrl('engine'))];
  return [...program, ...(home.root ? ['--home', home.root] : [])];
}

/**
 * Has this process become the engine, in the foreground: whoever waits for it, signals it or kills it
 * has the engine itself. `flags` are more of the engine's own. Does not return.
 */
export function becomeEngine(home: Home, flags: readonly string[] = []): never {
  if (!process.execve) {
    throw new EverseedError(
      'engine-failed',
      'this system cannot run the engine in the foreground: start it with: everseed daemon',
    );
  }
  const words = [process.execPath, ...engineArguments(home), '--foreground', ...flags];
  return process.execve(process.execPath, words, process.env);
}

/** How often, and how far apart, to try while another engine of this home starts or stops. */
const tries = 100;
const betweenTriesMs = 100;

/** Connects to the engine of `home`, and starts it in the background first if none runs. */
export async function connectOrStart(home: Home, client?: string): Promise<EngineConnection> {
  for (let count = 0; count < tries; count++) {
    const running = await connectIfRunning(home, client);
    if (running) return running;
    const outcome = await startInBackground(home);
    if (!outcome.ready) {
      // another one holds the home, but does not answer: it is about to, or about to end
      if (outcome.code !== 'engine-running') throw new EverseedError(outcome.code, outcome.message);
      await sleep(betweenTriesMs);
    }
  }
  throw new EverseedError(
    'engine-unreachable',
    `an engine runs for ${home.stateDirectory}, but does not answer at ${home.socketFile}: see why with: everseed logs`,
  );
}

/** Where the engine's own last words go, should it fail before it has its log. */
function openErrorFile(home: Home): number {
  makeDirectories(home);
  try {
    return openSync(`${home.logFile}.stderr`, 'a', 0o600);
  } catch (error) {
    throw homeUnusable(home.stateDirectory, error);
  }
}

/**
 * Starts the engine in a session of its own, so that neither Ctrl-C nor the end of the login
 * reaches it, and waits until it serves or gives up.
 */
function startInBackground(home: Home): Promise<ReadyMessage> {
  const errors = openErrorFile(home);
  const child = spawn(process.execPath, [...engineArguments(home), '--ready-fd', '3'], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', errors, errors, 'pipe'],
  });
  closeSync(errors);
  const { promise, resolve } = Promise.withResolvers<ReadyMessage>();
  let said = '';
  child.on('error', (error) => {
    resolve({
      ready: false,
      code: 'engine-failed',
      message: `cannot start the engine: ${messageOf(error)}`,
    });
  });
  const pipe = child.stdio[3];
  pipe?.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  pipe?.on('close', () => {
    child.unref();
    resolve(
      said
        ? JSON.parse(said)
        : {
            ready: false,
            code: 'engine-failed',
            message: `the engine ended while starting: see ${home.logFile}.stderr`,
          },
    );
  });
  return promise;
}
