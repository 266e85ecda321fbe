import type { EngineConnection } from '../client/engine-connection.ts';
import { EverseedError } from '../errors.ts';
import { commandsForHome } from '../home.ts';
import { version } from '../version.ts';
import type { CommandContext } from './command.ts';

/** Connects to the engine, started if need be, for as long as `work` takes. */
export async function withEngine<T>(
  context: CommandContext,
  work: (engine: EngineConnection) => Promise<T>,
): Promise<T> {
  return await whileConnected(context, await untilAborted(context.signal, context.connect()), work);
}

/**
 * Connects to the engine that runs, for as long as `work` takes.
 *
 * @throws EverseedError `engine-not-running`
 */
export async function withRunningEngine<T>(
  context: CommandContext,
  work: (engine: EngineConnection) => Promise<T>,
): Promise<T> {
  const engine = await untilAborted(context.signal, context.connectIfRunning());
  if (engine) return await whileConnected(context, engine, work);
  throw new EverseedError(
    'engine-not-running',
    `no engine runs for ${context.home.stateDirectory}: start it with: everseed daemon`,
  );
}

async function whileConnected<T>(
  { signal, stderr, home }: CommandContext,
  engine: EngineConnection,
  work: (engine: EngineConnection) => Promise<T>,
): Promise<T> {
  if (!engine.engine.sameProtocol) {
    const sentence = `the engine that runs is everseed ${engine.engine.version}, this is ${version}: ${startAnew}\n`;
    stderr.write(commandsForHome(sentence, home));
  }
  try {
    return await untilAborted(signal, work(engine));
  } finally {
    engine.close();
  }
}

const startAnew = 'start it anew with: everseed stop, then everseed daemon';

/** What a command that can end in its own good way has for it, once the user interrupts. */
const graceMs = 2_000;

/** Gives up waiting a moment after the user interrupts. */
async function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const interrupted = Promise.withResolvers<never>();
  let grace: NodeJS.Timeout | undefined;
  const end = () => {
    grace = setTimeout(() => {
      interrupted.reject(new EverseedError('interrupted', 'interrupted'));
    }, graceMs);
  };
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  try {
    return await Promise.race([promise, interrupted.promise]);
  } finally {
    // it would keep the process for the rest of it
    clearTimeout(grace);
    signal.removeEventListener('abort', end);
  }
}

/** Prints `value` as JSON for programs, indented for people who look. */
export function printJson(context: CommandContext, value: unknown): void {
  context.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
