import type { DefineCommand } from './command.ts';
import defineCreate from './torrent/create.ts';
import defineShow from './torrent/show.ts';
import defineVerify from './torrent/verify.ts';

/** `everseed torrent`: tools on torrent files, which need no engine. */
const defineTorrent: DefineCommand = (command, context) => {
  command.description('make and read torrent files');
  defineCreate(command.command('create'), context);
  defineShow(command.command('show'), context);
  defineVerify(command.command('verify'), context);
};

export default defineTorrent;
