import { InvalidArgumentError } from 'commander';
import { stripControls } from '../format/terminal-text.ts';
import { formatRate, parseLimit } from '../format/units.ts';
import type { DefineCommand } from './command.ts';
import { withEngine } from './with-engine.ts';

interface LimitOptions {
  up: { limit: number | null };
  overall?: boolean;
}

const define: DefineCommand = (command, context) => {
  command
    .argument('[id...]', 'numbers, beginnings of info hashes, or names')
    .requiredOption('--up <rate>', 'a second, to all peers together: 500K, 2M; none', readLimit)
    .option('--overall', 'of all publications together, where the schedule says nothing else')
    .action(async (ids: string[], { up: { limit }, overall }: LimitOptions) => {
      if (overall ? ids.length > 0 : ids.length === 0) {
        command.error('error: name publications, or say --overall', { exitCode: 2 });
      }
      const words = limit === null ? 'not limited' : `at most ${formatRate(limit)}`;
      await withEngine(context, async (engine) => {
        if (overall) {
          const { now, usual } = await engine.request('limit.overall', { uploadLimit: limit });
          context.stdout.write(`${words}: all together\n`);
          if (now !== usual) {
            const holds = now === null ? 'no limit' : formatRate(now);
            context.stderr.write(`by the schedule, ${holds} holds now\n`);
          }
        }
        for (const id of ids) {
          const one = await engine.request('limit', { id, uploadLimit: limit });
          context.stdout.write(`${words}: ${one.id}  ${stripControls(one.name)}\n`);
        }
      });
    });
};

/** In an object, since commander takes null for nothing. */
function readLimit(text: string): LimitOptions['up'] {
  const limit = parseLimit(text);
  if (limit !== undefined) return { limit };
  throw new InvalidArgumentError('It must be a rate such as 500K or 2M, or none.');
}

export default define;
