import { formatBytes, formatRate } from '../format/units.ts';
import type { DefineCommand } from './command.ts';
import { formatTable } from './table.ts';
import { printJson, withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .argument('<id>', 'its number, the beginning of its info hash, or its name')
    .option('--json', 'print an array of objects, for programs')
    .action(async (id: string, options: { json?: boolean }) => {
      const peers = await withEngine(context, (engine) => engine.request('peers', { id }));
      if (options.json) {
        printJson(context, peers);
        return;
      }
      if (peers.length === 0) {
        context.stderr.write('no peer is connected\n');
        return;
      }
      const table = formatTable(
        [
          { title: 'ADDRESS' },
          { title: 'HAS', align: 'right' },
          { title: 'UP', align: 'right' },
          { title: 'SENT', align: 'right', minor: true },
          { title: 'STATE' },
          { title: 'CLIENT' },
        ],
        peers.map((peer) => [
          peer.address,
          `${Math.floor(peer.progress * 100)}%`,
          formatRate(peer.uploadRate),
          formatBytes(peer.uploaded),
          stateOf(peer),
          peer.client,
        ]),
        context.stdout.columns,
      );
      context.stdout.write(table);
    });
};

function stateOf(peer: { interested: boolean; choked: boolean }): string {
  if (!peer.interested) return 'idle';
  return peer.choked ? 'waiting' : 'served';
}

export default define;
