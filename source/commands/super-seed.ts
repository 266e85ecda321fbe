import { Argument } from 'commander';
import { stripControls } from '../format/terminal-text.ts';
import type { DefineCommand } from './command.ts';
import { withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .argument('<id>', 'number, beginning of the info hash, or name')
    .addArgument(new Argument('<state>', 'what it is to be').choices(['on', 'off']))
    .action(async (id: string, state: 'on' | 'off') => {
      await withEngine(context, async (engine) => {
        const one = await engine.request('super-seed', { id, superSeeding: state === 'on' });
        const words = one.superSeeding ? 'super-seeded' : 'seeded as usual';
        context.stdout.write(`${words}: ${one.id}  ${stripControls(one.name)}\n`);
      });
    });
};

export default define;
