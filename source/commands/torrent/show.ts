import { resolve } from 'node:path';
import { EverseedError } from '../../errors.ts';
import { lint } from '../../metainfo/lint/lint.ts';
import { readTorrentFile } from '../../metainfo/read-torrent-file.ts';
import { surveyTorrent } from '../../metainfo/survey.ts';
import type { CommandContext, DefineCommand } from '../command.ts';
import { torrentFacts, torrentText } from './torrent-facts.ts';

/** `everseed torrent show`: prints what a torrent file says, and what is odd about it. */
const defineShow: DefineCommand = (command, context) => {
  command
    .description(
      'print what a torrent file says, and what is odd about it; exit code 1 if it has errors',
    )
    .argument('<file>', 'the torrent file')
    .option('--json', 'print it as JSON')
    .action((file: string, flags: { json?: boolean }) => showTorrent(file, flags, context));
};

export default defineShow;

async function showTorrent(file: string, flags: { json?: boolean }, context: CommandContext) {
  const path = resolve(context.cwd, file);
  const survey = await readTorrentFile(path, surveyTorrent);
  const findings = lint(survey);
  context.stdout.write(
    flags.json
      ? `${JSON.stringify({ ...torrentFacts(survey), findings })}\n`
      : torrentText(survey, findings),
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) {
    throw new EverseedError(
      'torrent-faulty',
      `${path} has ${errors === 1 ? 'an error' : `${errors} errors`}: clients refuse it, or make something else of it`,
    );
  }
}
