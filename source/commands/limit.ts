import { InvalidArgumentError } from 'commander';
import { stripControls } from '../format/terminal-text.ts';
import { formatRate, parseSize } from '../format/units.ts';
import type { DefineCommand } from './command.ts';
import { withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .argument('<id...>', 'numbers, beginnings of info hashes, or names')
    .requiredOption('--up <rate>', 'a second, to all peers together: 500K, 2M; none', parseRate)
    .action(async (ids: string[], { up }: { up: number | 'none' }) => {
      const uploadLimit = up === 'none' ? null : up;
      await withEngine(context, async (engine) => {
        for (const id of ids) {
          const one = await engine.request('limit', { id, uploadLimit });
          const what = uploadLimit === null ? 'not limited' : `at most ${formatRate(uploadLimit)}`;
          context.stdout.write(`${what}: ${one.id}  ${stripControls(one.name)}\n`);
        }
      });
    });
};

function parseRate(text: string): number | 'none' {
  if (text === 'none') return text;
  const bytes = parseSize(text.replace(/\/s$/, ''));
  if (bytes !== null && bytes > 0) return bytes;
  throw new InvalidArgumentError('It must be a rate such as 500K or 2M, or none.');
}

export default define;
