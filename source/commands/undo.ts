import { stripControls } from '../format/terminal-text.ts';
import type { DefineCommand } from './command.ts';
import { withEngine } from './with-engine.ts';

const undone = {
  remove: 'published again',
  pause: 'resumed',
  resume: 'paused',
  limit: 'limited as before',
};

/** `everseed undo`: takes back the newest removal, pause or resume. */
const define: DefineCommand = (command, context) => {
  command.action(async () => {
    await withEngine(context, async (engine) => {
      const { kind, publications } = await engine.request('undo', {});
      for (const { id, name } of publications) {
        context.stdout.write(`${undone[kind]} ${id}  ${stripControls(name)}\n`);
      }
    });
  });
};

export default define;
