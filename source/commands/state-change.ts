import { randomUUID } from 'node:crypto';
import { stripControls } from '../format/terminal-text.ts';
import type { DefineCommand } from './command.ts';
import { withEngine } from './with-engine.ts';

/** A command that makes one request for each publication it is given; they are undone together. */
export function defineStateChange(method: 'pause' | 'resume', done: string): DefineCommand {
  return (command, context) => {
    command
      .argument('<id...>', 'numbers, beginnings of info hashes, or names')
      .action(async (ids: string[]) => {
        await withEngine(context, async (engine) => {
          const batch = randomUUID();
          for (const id of ids) {
            const one = await engine.request(method, { id, batch });
            context.stdout.write(`${done} ${one.id}  ${stripControls(one.name)}\n`);
          }
        });
      });
  };
}
