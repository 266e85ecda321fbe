import type { Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import type { EngineConnection } from '../client/engine-connection.ts';
import type { Home } from '../home.ts';

/** All that a command may touch of the world; tests hand in their own. */
export interface CommandContext {
  readonly stdin: Readable & { isTTY?: boolean };
  readonly stdout: Writable & { isTTY?: boolean; columns?: number };
  readonly stderr: Writable & { isTTY?: boolean; columns?: number };
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: Home;
  /** Aborted by the first Ctrl-C or SIGTERM: clean up and leave. */
  readonly signal: AbortSignal;
  /**
   * Connects to the engine, and starts it first if none runs. `client` names what asks, when it is
   * not a command.
   */
  connect(client?: string): Promise<EngineConnection>;
  /** Connects to the engine if one runs; null if none does. */
  connectIfRunning(client?: string): Promise<EngineConnection | null>;
  /** Adds every command there is to a program, each with all it is. */
  addEveryCommand(program: Command): Promise<void>;
}

/**
 * One command, one file: describes its arguments and flags on `command` and sets its action.
 * An action writes results to stdout, everything else to stderr, and throws an EverseedError
 * to end with exit code 1 and one line.
 */
export type DefineCommand = (command: Command, context: CommandContext) => void;
