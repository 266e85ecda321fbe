import { resolve } from 'node:path';
import type { EngineConnection } from '../client/engine-connection.ts';
import type { CommandContext, DefineCommand } from './command.ts';
import { publishedJson, publishedText } from './published.ts';
import { runVerifyJob } from './verify-job.ts';
import { withEngine } from './with-engine.ts';

interface Flags {
  data: string;
  partial?: boolean;
  json?: boolean;
}

/** `everseed adopt`: serves content that has a torrent already, once it was checked. */
const define: DefineCommand = (command, context) => {
  command
    .argument('<torrent>', 'the torrent file')
    .requiredOption('--data <path>', 'the content, or a folder that holds it by its name')
    .option('--partial', 'serve what is good of content that is not whole')
    .option('--json', 'print one object, for programs')
    .action((torrent: string, flags: Flags) =>
      withEngine(context, (engine) => adopt(context, engine, torrent, flags)),
    );
};

async function adopt(
  context: CommandContext,
  engine: EngineConnection,
  torrent: string,
  { data, partial = false, json }: Flags,
): Promise<void> {
  const { cwd, stdout } = context;
  const { publication, existing } = await runVerifyJob(context, engine, (job) =>
    engine.request('adopt', {
      job,
      torrent: resolve(cwd, torrent),
      data: resolve(cwd, data),
      partial,
    }),
  );
  stdout.write(json ? publishedJson(publication) : publishedText(publication, existing));
}

export default define;
