import type { TrackerSummary } from '../control/discovery.ts';
import { formatDuration } from '../format/units.ts';
import type { DefineCommand } from './command.ts';
import { formatTable } from './table.ts';
import { printJson, withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .argument('<id>', 'its number, the beginning of its info hash, or its name')
    .option('--json', 'print an array of objects, for programs')
    .action(async (id: string, options: { json?: boolean }) => {
      const trackers = await withEngine(context, (engine) =>
        engine.request('publication.trackers', { id }),
      );
      if (options.json) {
        printJson(context, trackers);
        return;
      }
      const table = formatTable(
        [
          { title: 'TIER', align: 'right' },
          { title: 'TRACKER' },
          { title: 'STATE' },
          { title: 'SEEDS', align: 'right' },
          { title: 'LEECHERS', align: 'right' },
          { title: 'LAST', align: 'right', minor: true },
          { title: 'NEXT', align: 'right', minor: true },
          { title: 'SAYS' },
        ],
        trackers.map((one) => row(one, Date.now())),
        context.stdout.columns,
      );
      context.stdout.write(table);
    });
};

function row(one: TrackerSummary, now: number): string[] {
  const { lastAnnounce, nextAnnounce } = one;
  return [
    String(one.tier + 1),
    one.url,
    one.state,
    String(one.seeds ?? '-'),
    String(one.leechers ?? '-'),
    lastAnnounce === null ? '-' : `${seconds(now - lastAnnounce)} ago`,
    nextAnnounce === null ? '-' : `in ${seconds(nextAnnounce - now)}`,
    one.message ?? '',
  ];
}

function seconds(milliseconds: number): string {
  return formatDuration(milliseconds / 1000);
}

export default define;
