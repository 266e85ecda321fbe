import { stripControls } from '../format/terminal-text.ts';
import type { DefineCommand } from './command.ts';
import { withEngine } from './with-engine.ts';

/** A command that makes one request for each publication it is given. */
export function defineStateChange(method: 'pause' | 'resume', done: string): DefineCommand {
  return (command, context) => {
    command
      .argument('<id...>', 'numbers, beginnings of info hashes, or names')
      .action(async (ids: string[]) => {
        await withEngine(context, async (engine) => {
          for (const id of ids) {
            const one = await engine.request(method, { id });
            context.stdout.write(`${done} ${one.id}  ${stripControls(one.name)}\n`);
          }
        });
      });
  };
}
