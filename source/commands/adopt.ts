import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { EngineConnection } from '../client/engine-connection.ts';
import type { PublishResult } from '../control/publishing.ts';
import type { CommandContext, DefineCommand } from './command.ts';
import { createProgressLine } from './progress-line.ts';
import { publishedJson, publishedText } from './published.ts';
import { hashProgressText } from './torrent/hash-progress-text.ts';
import { withEngine } from './with-engine.ts';

interface Flags {
  data: string;
  json?: boolean;
}

/** `everseed adopt`: serves content that has a torrent already, once it was checked. */
const define: DefineCommand = (command, context) => {
  command
    .argument('<torrent>', 'the torrent file')
    .requiredOption('--data <path>', 'the content, or a folder that holds it by its name')
    .option('--json', 'print one object, for programs')
    .action((torrent: string, flags: Flags) =>
      withEngine(context, (engine) => adopt(context, engine, torrent, flags)),
    );
};

async function adopt(
  context: CommandContext,
  engine: EngineConnection,
  torrent: string,
  { data, json }: Flags,
): Promise<void> {
  const { cwd, signal, stdout, stderr } = context;
  const job = randomUUID();
  const line = createProgressLine(stderr);
  const stopListening = engine.on('publish.progress', (progress) => {
    if (progress.job !== job) return;
    const isVerifying = progress.phase === 'verifying';
    line.show(isVerifying ? `verifying ${hashProgressText(progress)}` : `${progress.phase} …`);
  });
  const cancel = () => {
    // an engine that is gone has nothing left to cancel
    engine.request('publish.cancel', { job }).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  let result: PublishResult;
  try {
    result = await engine.request('adopt', {
      job,
      torrent: resolve(cwd, torrent),
      data: resolve(cwd, data),
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    stopListening();
    line.clear();
  }
  const { publication, existing } = result;
  stdout.write(json ? publishedJson(publication) : publishedText(publication, existing));
}

export default define;
