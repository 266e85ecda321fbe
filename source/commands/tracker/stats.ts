import type { TrackerStats } from '../../control/tracker.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { formatDuration } from '../../format/units.ts';
import type { DefineCommand } from '../command.ts';
import { formatFacts } from '../facts.ts';
import { formatTable } from '../table.ts';
import { printJson, withEngine } from '../with-engine.ts';

/** `everseed tracker stats`: how the tracker does. */
const defineStats: DefineCommand = (command, context) => {
  command
    .description('show what the tracker does: peers, announces, the largest swarms')
    .option('--json', 'print one object, for programs')
    .action(async (options: { json?: boolean }) => {
      const stats = await withEngine(context, (engine) => engine.request('tracker.stats', {}));
      if (options.json) printJson(context, stats);
      else context.stdout.write(formatStats(stats));
    });
};

const right = { align: 'right' } as const;

function formatStats({ peers, protocols, totals, largest, ...stats }: TrackerStats): string {
  const facts = formatFacts([
    ['up', formatDuration(stats.uptime)],
    ['publications', String(stats.publications)],
    ['swarms', String(stats.swarms)],
    ['peers', `${peers.ipv4} by IPv4, ${peers.ipv6} by IPv6, ${peers.websocket} by WebSocket`],
    ['interval', `${stats.interval} s`],
    ...(totals === undefined ? [] : [['announces ever', String(announcesIn(totals))] as const]),
  ]);
  const titles = ['ANNOUNCES/S', 'ANNOUNCES', 'SCRAPES', 'REFUSED', 'MALFORMED', 'LIMITED'];
  const activity = formatTable(
    [{ title: 'BY' }, ...titles.map((title) => ({ title, ...right }))],
    Object.entries(protocols).map(([protocol, { announceRate, ...one }]) => [
      protocol,
      announceRate.toFixed(1),
      ...[one.announces, one.scrapes, one.refused, one.malformed, one.limited].map(String),
    ]),
  );
  const swarms = formatTable(
    [
      ...['SEEDS', 'LEECHERS', 'COMPLETED'].map((title) => ({ title, ...right })),
      { title: 'SWARM' },
    ],
    largest.map((swarm) => [
      ...[swarm.seeds, swarm.leechers, swarm.completed].map(String),
      stripControls(swarm.name ?? swarm.infoHash),
    ]),
  );
  return [facts, activity, ...(largest.length > 0 ? [swarms] : [])].join('\n');
}

function announcesIn(totals: NonNullable<TrackerStats['totals']>): number {
  return Object.values(totals).reduce((sum, { announces }) => sum + announces, 0);
}

export default defineStats;
