import type { DefineCommand } from './command.ts';
import defineCreate from './torrent/create.ts';
import defineEdit from './torrent/edit.ts';
import defineMagnet from './torrent/magnet.ts';
import defineShow from './torrent/show.ts';
import defineVerify from './torrent/verify.ts';

/** `everseed torrent`: tools on torrent files, which need no engine. */
const defineTorrent: DefineCommand = (command, context) => {
  command.description('make, read, check and change torrent files');
  defineCreate(command.command('create'), context);
  defineShow(command.command('show'), context);
  defineVerify(command.command('verify'), context);
  defineMagnet(command.command('magnet'), context);
  defineEdit(command.command('edit'), context);
};

export default defineTorrent;
