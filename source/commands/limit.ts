import { randomUUID } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import type { EngineConnection } from '../client/engine-connection.ts';
import { stripControls } from '../format/terminal-text.ts';
import { formatRate, parseLimit } from '../format/units.ts';
import type { CommandContext, DefineCommand } from './command.ts';
import { withEngine } from './with-engine.ts';

interface LimitOptions {
  up?: { limit: number | null };
  connections?: { most: number | null };
  overall?: boolean;
}

const define: DefineCommand = (command, context) => {
  command
    .argument('[id...]', 'numbers, beginnings of info hashes, or names')
    .option('--up <rate>', 'a second, to all peers together: 500K, 2M; none', readLimit)
    .option('--connections <number>', 'peers connected at one time; none for the usual', readCount)
    .option('--overall', 'of all publications together, where the schedule says nothing else')
    .action(async (ids: string[], { up, connections, overall }: LimitOptions) => {
      if (overall ? ids.length > 0 : ids.length === 0) {
        command.error('error: name publications, or say --overall', { exitCode: 2 });
      }
      if (overall ? !up || connections : !up && !connections) {
        const flags = overall ? '--up' : '--up, --connections or both';
        command.error(`error: say what is limited by ${flags}`, { exitCode: 2 });
      }
      await withEngine(context, async (engine) => {
        if (overall && up) await limitOverall(engine, up.limit, context);
        // undone together
        const batch = randomUUID();
        for (const id of ids) {
          const tell = (words: string, { id, name }: { id: number; name: string }) =>
            context.stdout.write(`${words}: ${id}  ${stripControls(name)}\n`);
          if (up) {
            const one = await engine.request('limit', { id, uploadLimit: up.limit, batch });
            tell(wordsOf(up.limit), one);
          }
          if (!connections) continue;
          const { most } = connections;
          const change = { id, maxConnections: most, batch };
          const one = await engine.request('limit.connections', change);
          tell(most === null ? 'as many peers as usual' : `at most ${most} connected`, one);
        }
      });
    });
};

async function limitOverall(
  engine: EngineConnection,
  limit: number | null,
  { stdout, stderr }: CommandContext,
): Promise<void> {
  const { now, usual } = await engine.request('limit.overall', { uploadLimit: limit });
  stdout.write(`${wordsOf(limit)}: all together\n`);
  if (now === usual) return;
  const holds = now === null ? 'no limit' : formatRate(now);
  stderr.write(`by the schedule, ${holds} holds now\n`);
}

function wordsOf(limit: number | null): string {
  return limit === null ? 'not limited' : `at most ${formatRate(limit)}`;
}

/** In an object, since commander takes null for nothing. */
function readLimit(text: string): { limit: number | null } {
  const limit = parseLimit(text);
  if (limit !== undefined) return { limit };
  throw new InvalidArgumentError('It must be a rate such as 500K or 2M, or none.');
}

function readCount(text: string): { most: number | null } {
  if (text === 'none') return { most: null };
  if (/^[1-9]\d{0,5}$/.test(text)) return { most: Number(text) };
  throw new InvalidArgumentError('It must be a number from 1 to 999999, or none.');
}

export default define;
