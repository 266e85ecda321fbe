import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes } from '../../format/units.ts';
import type { DefineCommand } from '../command.ts';
import { formatTable } from '../table.ts';
import { printJson, withEngine } from '../with-engine.ts';
import defineMemberTorrent from './member-torrent.ts';

/** `everseed tracker keys`: the members, who may announce private publications. */
const defineKeys: DefineCommand = (command, context) => {
  command.description('make, list, hand out and remove the passkeys of members');

  command
    .command('add')
    .description('make a passkey, and print where its member announces')
    .argument('<name>', 'whose it is')
    .option('--json', 'print one object, for programs')
    .action(async (name: string, options: { json?: boolean }) => {
      const key = await withEngine(context, (engine) =>
        engine.request('tracker.keys.add', { name }),
      );
      if (options.json) printJson(context, key);
      else context.stdout.write(key.announceUrls.map((url) => `${url}\n`).join(''));
    });

  command
    .command('ls')
    .description('list members with what they uploaded and downloaded, as their clients say')
    .option('--json', 'print an array, for programs')
    .action(async (options: { json?: boolean }) => {
      const keys = await withEngine(context, (engine) => engine.request('tracker.keys.list', {}));
      if (options.json) {
        printJson(context, keys);
        return;
      }
      const columns = [
        { title: 'NAME' },
        { title: 'PASSKEY' },
        { title: 'UP', align: 'right' as const },
        { title: 'DOWN', align: 'right' as const },
      ];
      const rows = keys.map((key) => [
        stripControls(key.name),
        key.passkey,
        formatBytes(key.uploaded),
        formatBytes(key.downloaded),
      ]);
      context.stdout.write(formatTable(columns, rows));
    });

  command
    .command('remove')
    .description('revoke a passkey at once')
    .argument('<name-or-key>', 'whose it is, or the passkey itself')
    .option('--json', 'print one object, for programs')
    .action(async (key: string, options: { json?: boolean }) => {
      const removed = await withEngine(context, (engine) =>
        engine.request('tracker.keys.remove', { key }),
      );
      if (options.json) printJson(context, removed);
      else context.stdout.write(`the passkey of ${stripControls(removed.name)} is revoked\n`);
    });

  defineMemberTorrent(command.command('torrent'), context);
};

export default defineKeys;
