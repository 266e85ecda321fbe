import type { EngineConnection } from '../client/engine-connection.ts';
import { publish } from '../client/publish.ts';
import type { LeftOut, PublishOptions, PublishProgress } from '../control/publishing.ts';
import { EverseedError } from '../errors.ts';
import { stripControls } from '../format/terminal-text.ts';
import { formatBytes } from '../format/units.ts';
import { commandsForHome } from '../home.ts';
import type { CommandContext, DefineCommand } from './command.ts';
import { distinctPaths, eachPath } from './each-path.ts';
import { createProgressLine } from './progress-line.ts';
import { counted, publishedJson, publishedText } from './published.ts';
import { askedDate } from './torrent/creation-date.ts';
import { hashProgressText } from './torrent/hash-progress-text.ts';
import { addMetainfoOptions, type MetainfoFlags, scanRulesOf } from './torrent/metainfo-options.ts';
import { withEngine } from './with-engine.ts';

interface Flags extends MetainfoFlags {
  superSeed?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const define: DefineCommand = (command, context) => {
  command.argument('<path...>', 'files or folders; each becomes a publication of its own');
  addMetainfoOptions(command)
    .option('--super-seed', 'a first release: give peers different pieces, to pass on')
    .option('--dry-run', 'only say what would be published')
    .option('--json', 'print one object a line, for programs')
    .action((paths: string[], flags: Flags) => run(context, paths, flags));
};

async function run(context: CommandContext, paths: string[], flags: Flags): Promise<void> {
  const options = optionsOf(flags, askedDate(flags.date, context.environment));
  const distinct = distinctPaths(context, paths);
  if (options.name !== undefined && distinct.length > 1) {
    throw new EverseedError('usage', '--name goes with one path only');
  }
  await withEngine(context, (engine) =>
    eachPath(context, distinct, (path) =>
      flags.dryRun
        ? previewOne(context, engine, path, options, flags)
        : publishOne(context, engine, path, options, flags),
    ),
  );
}

function optionsOf(flags: Flags, date: number | null | undefined): PublishOptions {
  const { name, format, pieceLength, pieceCount, comment, createdBy, source, updateUrl } = flags;
  return {
    ...scanRulesOf(flags),
    ...(name !== undefined && { name }),
    ...(format && { format }),
    ...(pieceLength !== undefined && { pieceLength }),
    ...(pieceCount !== undefined && { pieceCount }),
    ...(flags.private && { private: true }),
    ...(flags.superSeed && { superSeeding: true }),
    ...(comment !== undefined && { comment }),
    ...(createdBy !== undefined && { createdBy: createdBy === 'none' ? null : createdBy }),
    ...(date !== undefined && { creationDate: date }),
    ...(source !== undefined && { source }),
    ...(flags.node && { nodes: flags.node }),
    ...(flags.tracker && { trackers: flags.tracker }),
    ...(flags.webSeed && { webSeeds: flags.webSeed }),
    ...(updateUrl !== undefined && { updateUrl }),
    ...(flags.similar && { similar: flags.similar }),
    ...(flags.collection && { collections: flags.collection }),
  };
}

async function publishOne(
  context: CommandContext,
  engine: EngineConnection,
  path: string,
  options: PublishOptions,
  flags: Flags,
): Promise<void> {
  const line = createProgressLine(context.stderr);
  try {
    const { publication, existing, leftOut } = await publish(engine, path, options, {
      signal: context.signal,
      onProgress: (progress) => line.show(describeProgress(progress)),
    });
    line.clear();
    tellLeftOut(context, leftOut);
    if (existing) {
      context.stderr.write(
        `this content is already published, as ${publication.id} since ${new Date(publication.createdAt).toISOString()}, from ${stripControls(publication.path)}\n`,
      );
      if (publication.state === 'paused') {
        const sentence = `it is paused: serve it with: everseed resume ${publication.id}\n`;
        context.stderr.write(commandsForHome(sentence, context.home));
      }
    }
    context.stdout.write(
      flags.json ? publishedJson(publication) : publishedText(publication, existing),
    );
  } finally {
    line.clear();
  }
}

async function previewOne(
  context: CommandContext,
  engine: EngineConnection,
  path: string,
  options: PublishOptions,
  flags: Flags,
): Promise<void> {
  const preview = await engine.request('preview', { path, options });
  if (flags.json) {
    context.stdout.write(`${JSON.stringify(preview)}\n`);
    return;
  }
  tellLeftOut(context, preview.leftOut);
  context.stdout.write(
    `would publish ${stripControls(preview.name)}: ${formatBytes(preview.size)} in ${counted(preview.files, 'file')}, ${counted(preview.pieces, 'piece')} of ${formatBytes(preview.pieceLength)}\n`,
  );
}

/** What a publish job is doing, as one line of text. */
function describeProgress(progress: PublishProgress): string {
  if (progress.phase !== 'hashing') return `${progress.phase} …`;
  return `hashing ${hashProgressText(progress)}`;
}

function tellLeftOut(context: CommandContext, leftOut: readonly LeftOut[]): void {
  for (const { path, reason } of leftOut) {
    context.stderr.write(`left out: ${stripControls(path)} (${reason})\n`);
  }
}

export default define;
