import type { EngineConnection } from '../client/engine-connection.ts';
import type { CommandContext } from './command.ts';

/** Connects to the engine, started if need be, for as long as `work` takes. */
export async function withEngine<T>(
  context: CommandContext,
  work: (engine: EngineConnection) => Promise<T>,
): Promise<T> {
  const engine = await context.connect();
  try {
    return await work(engine);
  } finally {
    engine.close();
  }
}

/** Prints `value` as JSON for programs, indented for people who look. */
export function printJson(context: CommandContext, value: unknown): void {
  context.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
