import { availableParallelism } from 'node:os';
import { sep } from 'node:path';
import { EverseedError } from '../../errors.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { type Content, leftOutReasons, scanContent } from '../../metainfo/content.ts';
import { type CreatedInfo, createInfo, type InfoOptions, planInfo } from '../../metainfo/create.ts';
import { distinctTiers } from '../../metainfo/distinct-tiers.ts';
import { encodeTorrent } from '../../metainfo/torrent-file.ts';
import { version } from '../../version.ts';
import type { CommandContext, DefineCommand } from '../command.ts';
import { distinctPaths, eachPath } from '../each-path.ts';
import { createProgressLine } from '../progress-line.ts';
import { createdResult, createdText, plannedResult, plannedText } from './create-result.ts';
import { creationDate } from './creation-date.ts';
import { hashProgressText } from './hash-progress-text.ts';
import { addMetainfoOptions, type MetainfoFlags, scanRulesOf } from './metainfo-options.ts';
import {
  checkOutput,
  expectNoTerminal,
  findOutput,
  standardOutput,
  writeOutput,
} from './output-file.ts';

interface CreateFlags extends MetainfoFlags {
  output?: string;
  force?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** `everseed torrent create`: makes torrent files of files or folders. */
const defineCreate: DefineCommand = (command, context) => {
  command
    .description('make a torrent file of a file or folder')
    .argument('<path...>', 'files or folders; a torrent is made of each')
    .option(
      '-o, --output <file>',
      'where to write it, a file, a folder, or - for stdout; NAME.torrent unless set',
    )
    .option('--force', 'overwrite the output if it exists');
  addMetainfoOptions(command)
    .option('--dry-run', 'only say what would be made, without hashing')
    .option('--json', 'print one object a line, for programs')
    .action((paths: string[], flags: CreateFlags) => createTorrents(paths, flags, context));
};

export default defineCreate;

async function createTorrents(paths: string[], flags: CreateFlags, context: CommandContext) {
  const date = creationDate(flags.date, context.environment);
  const distinct = distinctPaths(context, paths);
  if (distinct.length > 1 && flags.name !== undefined) {
    throw new EverseedError('usage', '--name goes with one path only');
  }
  const outputs = new Set<string>();
  await eachPath(context, distinct, async (path) => {
    try {
      await createTorrent(path, flags, date, outputs, distinct.length > 1, context);
    } catch (error) {
      if (!context.signal.aborted) throw error;
      throw new EverseedError('cancelled', 'cancelled: no torrent was written', { cause: error });
    }
  });
}

async function createTorrent(
  path: string,
  flags: CreateFlags,
  date: number | null,
  outputs: Set<string>,
  several: boolean,
  context: CommandContext,
) {
  const { cwd, signal, stdout } = context;
  const { force = false, json } = flags;
  const content = await scanContent(path, {
    ...scanRulesOf(flags),
    signal,
    hashThreads: flags.dryRun ? 0 : availableParallelism(),
  });
  const options = infoOptionsOf(flags);
  const plan = planInfo(content, options);
  const output = await findOutput(cwd, flags.output, `${plan.name}.torrent`, several);
  expectOutside(content, output);
  if (outputs.has(output)) {
    throw new EverseedError(
      'output-exists',
      `${path} would be written to ${output} like another path: make it on its own, with -o`,
    );
  }
  outputs.add(output);
  if (output !== standardOutput) await checkOutput(output, force);
  else if (!flags.dryRun) expectNoTerminal(stdout);
  reportLeftOut(content, context);
  if (flags.dryRun) {
    const result = plannedResult(content, plan, flags, output);
    stdout.write(json ? `${JSON.stringify(result)}\n` : plannedText(result));
    return;
  }
  const created = await hashWithProgress(content, options, context);
  const bytes = torrentOf(created, flags, date);
  const result = createdResult(content, created, flags, output);
  const told = json ? `${JSON.stringify(result)}\n` : createdText(result);
  if (output === standardOutput) {
    stdout.write(bytes);
    context.stderr.write(told);
    return;
  }
  await writeOutput(output, bytes, force);
  stdout.write(told);
}

function infoOptionsOf(flags: CreateFlags): InfoOptions {
  const { format, name, pieceLength, pieceCount, private: isPrivate, source, updateUrl } = flags;
  return {
    ...(format && { format }),
    ...(name !== undefined && { name }),
    ...(pieceLength !== undefined && { pieceLength }),
    ...(pieceCount !== undefined && { pieceCount }),
    ...(isPrivate && { private: true }),
    ...(source !== undefined && { source }),
    ...(updateUrl !== undefined && { updateUrl }),
    ...(flags.similar && { similar: flags.similar.map((hex) => Buffer.from(hex, 'hex')) }),
    ...(flags.collection && { collections: flags.collection }),
  };
}

/** Writing the torrent over a file that is part of it would make it wrong at once. */
function expectOutside(content: Content, output: string): void {
  if (output !== content.path && !output.startsWith(content.path + sep)) return;
  for (const { absolutePath } of content.files) {
    if (absolutePath !== output) continue;
    throw new EverseedError(
      'output-in-content',
      `${output} is part of the content: exclude it, or use -o to write the torrent elsewhere`,
    );
  }
}

async function hashWithProgress(
  content: Content,
  options: InfoOptions,
  { signal, stderr }: CommandContext,
): Promise<CreatedInfo> {
  const line = createProgressLine(stderr);
  try {
    return await createInfo(content, options, {
      signal,
      onProgress: (progress) => line.show(`hashing ${hashProgressText(progress)}`),
    });
  } finally {
    line.clear();
  }
}

function torrentOf(
  { info, pieceLayers }: CreatedInfo,
  { tracker, webSeed, node, comment, createdBy = `everseed/${version}` }: CreateFlags,
  date: number | null,
): Uint8Array {
  return encodeTorrent({
    info,
    pieceLayers,
    trackers: distinctTiers(tracker ?? []),
    webSeeds: webSeed ?? [],
    nodes: node ?? [],
    ...(comment !== undefined && { comment }),
    ...(createdBy !== 'none' && { createdBy }),
    ...(date !== null && { creationDate: date }),
  });
}

const leftOutShown = 10;

/** Says what of the folder is not in the torrent. */
function reportLeftOut({ leftOut }: Content, { stderr }: CommandContext): void {
  for (const { path, reason } of leftOut.slice(0, leftOutShown)) {
    stderr.write(`left out: ${stripControls(path.join('/'))} (${leftOutReasons[reason]})\n`);
  }
  const more = leftOut.length - leftOutShown;
  if (more > 0) stderr.write(`left out: ${more} more\n`);
}
