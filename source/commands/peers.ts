import type { PeerSummary, SentReport } from '../control/publications.ts';
import { formatBytes, formatRate } from '../format/units.ts';
import type { CommandContext, DefineCommand } from './command.ts';
import { formatTable } from './table.ts';
import { printJson, withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .argument('<id>', 'its number, the beginning of its info hash, or its name')
    .option('--all', 'instead, the addresses that its content was sent to last')
    .option('--json', 'print an array of objects, for programs')
    .action(async (id: string, options: { all?: boolean; json?: boolean }) => {
      if (options.all) {
        const sent = await withEngine(context, (engine) =>
          engine.request('publication.sent', { id }),
        );
        if (options.json) printJson(context, sent.addresses);
        else printSent(context, sent);
        return;
      }
      const peers = await withEngine(context, (engine) => engine.request('peers', { id }));
      if (options.json) printJson(context, peers);
      else printPeers(context, peers);
    });
};

function printPeers(context: CommandContext, peers: readonly PeerSummary[]): void {
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
}

function printSent(context: CommandContext, { mostKept, addresses }: SentReport): void {
  if (addresses.length === 0) {
    context.stderr.write('nobody was sent any of it yet\n');
    return;
  }
  const table = formatTable(
    [
      { title: 'ADDRESS' },
      { title: 'SENT', align: 'right' },
      { title: 'PROTOCOL', align: 'right', minor: true },
      { title: 'FIRST', minor: true },
      { title: 'LAST' },
      { title: 'CLIENT' },
    ],
    addresses.map(({ host, payload, protocol, firstAt, lastAt, client }) => [
      host,
      formatBytes(payload),
      formatBytes(protocol),
      minuteOf(firstAt),
      minuteOf(lastAt),
      client,
    ]),
    context.stdout.columns,
  );
  context.stdout.write(table);
  if (addresses.length < mostKept) return;
  context.stderr.write(`only the last ${mostKept} addresses are kept\n`);
}

function minuteOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}

function stateOf(peer: { interested: boolean; choked: boolean }): string {
  if (!peer.interested) return 'idle';
  return peer.choked ? 'waiting' : 'served';
}

export default define;
