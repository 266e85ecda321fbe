import { nodeText } from '../format/option-text.ts';
import { formatBytes, formatRate } from '../format/units.ts';
import type { DefineCommand } from './command.ts';
import { formatFacts } from './facts.ts';
import { formatHealth } from './health-text.ts';
import { printJson, withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .argument('<id>', 'its number, the beginning of its info hash, or its name')
    .option('--json', 'print one object, for programs')
    .action(async (id: string, options: { json?: boolean }) => {
      const one = await withEngine(context, (engine) => engine.request('show', { id }));
      if (options.json) {
        printJson(context, one);
        return;
      }
      const facts = formatFacts([
        ['name', one.name],
        ['id', String(one.id)],
        ...(one.infoHash ? [['info hash', one.infoHash] as const] : []),
        ...(one.infoHashV2 ? [['v2 info hash', one.infoHashV2] as const] : []),
        [
          'size',
          `${formatBytes(one.size)} (${one.size} bytes) in ${one.files === 1 ? '1 file' : `${one.files} files`}`,
        ],
        ['pieces', `${one.pieces} of ${formatBytes(one.pieceLength)}`],
        ['format', one.format],
        ...(one.private ? [['private', 'yes'] as const] : []),
        ...(one.source === null ? [] : [['source', one.source] as const]),
        ...(one.comment === null ? [] : [['comment', one.comment] as const]),
        ['path', one.path],
        ['published', new Date(one.createdAt).toISOString()],
        ['state', one.state],
        ...(one.superSeeding ? [['super-seed', 'on, until others have all of it'] as const] : []),
        ['swarm', `${one.seeds} other seeds, ${one.leechers} leechers, ${one.completed} completed`],
        ['uploaded', `${formatBytes(one.uploaded)}, ratio ${one.ratio.toFixed(2)}`],
        ['besides', `${formatBytes(one.uploadedProtocol ?? 0)} of handshakes and messages`],
        ...(one.maxConnections == null
          ? []
          : [['connections', `at most ${one.maxConnections}`] as const]),
        ...(one.uploadLimit === null ? [] : [['limit', formatRate(one.uploadLimit)] as const]),
        ['sending', `${formatRate(one.uploadRate)} to ${one.peers} connected peers`],
        ...one.trackers.map((tier, index) => [`tier ${index + 1}`, tier.join('  ')] as const),
        ...one.webSeeds.map((url) => ['web seed', url] as const),
        ...one.nodes.map((node) => ['DHT node', nodeText(node)] as const),
        ...(one.updateUrl === null ? [] : [['update from', one.updateUrl] as const]),
        ...one.similar.map((hash) => ['similar to', hash] as const),
        ...one.collections.map((collection) => ['collection', collection] as const),
        ['page', one.pageUrl],
        ['torrent', one.torrentUrl],
        ['magnet', one.magnet],
      ]);
      context.stdout.write(`${facts}\n${formatHealth(one.health, one.healthReasons)}`);
    });
};

export default define;
