import type { EngineConnection } from '../client/engine-connection.ts';
import type { FileSummary } from '../control/publications.ts';
import { formatBytes } from '../format/units.ts';
import type { DefineCommand } from './command.ts';
import { formatTable } from './table.ts';
import { withNeighbour } from './verification-text.ts';
import { printJson, withEngine } from './with-engine.ts';

/** How many files are asked for at one time. */
const atOnce = 1_000;

/** `everseed files`: the files of a publication, in the order of its pieces. */
const define: DefineCommand = (command, context) => {
  command
    .argument('<id>', 'its number, the beginning of its info hash, or its name')
    .option('--json', 'print an array of objects, for programs')
    .action(async (id: string, options: { json?: boolean }) => {
      const files = await withEngine(context, (engine) => allFiles(engine, id));
      if (options.json) {
        printJson(context, files);
        return;
      }
      const table = formatTable(
        [{ title: 'SIZE', align: 'right' }, { title: 'ON DISK' }, { title: 'FILE' }],
        files.map((file) => [
          formatBytes(file.length),
          file.fault ?? 'as it was',
          withNeighbour(file),
        ]),
        context.stdout.columns,
      );
      context.stdout.write(table);
    });
};

async function allFiles(engine: EngineConnection, id: string): Promise<FileSummary[]> {
  const all: FileSummary[] = [];
  for (;;) {
    const { total, files } = await engine.request('files', {
      id,
      offset: all.length,
      limit: atOnce,
    });
    all.push(...files);
    if (files.length === 0 || all.length >= total) return all;
  }
}

export default define;
