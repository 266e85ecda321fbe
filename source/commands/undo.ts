import { stripControls } from '../format/terminal-text.ts';
import type { DefineCommand } from './command.ts';
import { withEngine } from './with-engine.ts';

const undone = {
  remove: 'published again',
  pause: 'resumed',
  resume: 'paused',
  limit: 'limited as before',
};

/** `everseed undo`: takes back the newest removal, pause, resume or limit. */
const define: DefineCommand = (command, context) => {
  command.action(async () => {
    await withEngine(context, async (engine) => {
      const { kind, publications } = await engine.request('undo', {});
      if (publications.length === 0) context.stdout.write(`${undone[kind]}: all together\n`);
      for (const { id, name } of publications) {
        context.stdout.write(`${undone[kind]} ${id}  ${stripControls(name)}\n`);
      }
    });
  });
};

export default define;
