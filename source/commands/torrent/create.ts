import { resolve } from 'node:path';
import { EverseedError } from '../../errors.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes } from '../../format/units.ts';
import { type Content, leftOutReasons, scanContent } from '../../metainfo/content.ts';
import { type CreatedV1Info, createInfo, planInfo } from '../../metainfo/create.ts';
import { infoHashHex } from '../../metainfo/info-hash.ts';
import { encodeMagnet } from '../../metainfo/magnet.ts';
import { encodeTorrent } from '../../metainfo/torrent-file.ts';
import { version } from '../../version.ts';
import type { CommandContext, DefineCommand } from '../command.ts';
import { createProgressLine } from '../progress-line.ts';
import { formatFacts } from '../table.ts';
import { hashProgressText } from './hash-progress-text.ts';
import { addMetainfoOptions, type MetainfoFlags } from './metainfo-options.ts';
import { checkOutput, writeOutput } from './output-file.ts';

interface CreateFlags extends MetainfoFlags {
  output?: string;
  force?: boolean;
  /** False with --no-date. */
  date: boolean;
  json?: boolean;
}

/** `everseed torrent create`: makes a torrent file of a file or folder. */
const defineCreate: DefineCommand = (command, context) => {
  command
    .description('make a torrent file of a file or folder')
    .argument('<path>', 'the file or folder')
    .option('-o, --output <file>', 'where to write it; NAME.torrent here unless set')
    .option('--force', 'overwrite the output if it exists');
  addMetainfoOptions(command)
    .option('--no-date', 'leave out when it was made, so that making it again gives the same bytes')
    .option('--json', 'print the result as JSON')
    .action((path: string, flags: CreateFlags) => createTorrent(path, flags, context));
};

export default defineCreate;

async function createTorrent(path: string, flags: CreateFlags, context: CommandContext) {
  const { cwd, signal, stdout } = context;
  try {
    const { exclude = [], force = false } = flags;
    const content = await scanContent(resolve(cwd, path), { exclude, signal });
    const output = resolve(cwd, flags.output ?? `${planInfo(content, flags).name}.torrent`);
    expectOutside(content, output);
    await checkOutput(output, force);
    reportLeftOut(content, context);

    const created = await hashWithProgress(content, flags, context);
    await writeOutput(output, torrentOf(created, flags), force);
    const result = describe(content, created, flags, output);
    stdout.write(flags.json ? `${JSON.stringify(result)}\n` : humanText(result));
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new EverseedError('cancelled', 'cancelled: no torrent was written', { cause: error });
  }
}

/** Writing the torrent over a file that is part of it would make it wrong at once. */
function expectOutside(content: Content, output: string): void {
  if (content.files.some((file) => file.absolutePath === output)) {
    throw new EverseedError(
      'output-in-content',
      `${output} is part of the content: exclude it, or use -o to write the torrent elsewhere`,
    );
  }
}

async function hashWithProgress(
  content: Content,
  flags: CreateFlags,
  { signal, stderr }: CommandContext,
): Promise<CreatedV1Info> {
  const line = createProgressLine(stderr);
  try {
    return await createInfo(content, flags, {
      signal,
      onProgress: (progress) => line.show(`hashing ${hashProgressText(progress)}`),
    });
  } finally {
    line.clear();
  }
}

function torrentOf({ info }: CreatedV1Info, flags: CreateFlags): Uint8Array {
  return encodeTorrent({
    info,
    trackers: (flags.tracker ?? []).map((url) => [url]),
    webSeeds: flags.webSeed ?? [],
    ...(flags.comment === undefined ? {} : { comment: flags.comment }),
    createdBy: `everseed/${version}`,
    ...(flags.date ? { creationDate: Math.floor(Date.now() / 1000) } : {}),
  });
}

const leftOutShown = 10;

/** Says what of the folder is not in the torrent, apart from what the user excluded. */
function reportLeftOut({ leftOut }: Content, { stderr }: CommandContext): void {
  const unasked = leftOut.filter(({ reason }) => reason !== 'excluded');
  for (const { path, reason } of unasked.slice(0, leftOutShown)) {
    stderr.write(`left out: ${stripControls(path.join('/'))} (${leftOutReasons[reason]})\n`);
  }
  const more = unasked.length - leftOutShown;
  if (more > 0) stderr.write(`left out: ${more} more\n`);
}

/** The result as `--json` prints it. */
function describe(content: Content, created: CreatedV1Info, flags: CreateFlags, output: string) {
  const { infoHash, name, size, pieceLength, pieceCount } = created;
  return {
    infoHash: infoHashHex(infoHash),
    infoHashV2: null,
    name,
    size,
    files: content.files.length,
    pieceLength,
    pieces: pieceCount,
    format: 'v1',
    private: flags.private ?? false,
    magnet: encodeMagnet({
      infoHash,
      name,
      size,
      trackers: flags.tracker ?? [],
      webSeeds: flags.webSeed ?? [],
    }),
    path: content.path,
    torrent: output,
    leftOut: content.leftOut.map(({ path, reason }) => ({ path: path.join('/'), reason })),
  };
}

function humanText(result: ReturnType<typeof describe>): string {
  return formatFacts([
    ['torrent', result.torrent],
    ['name', result.name],
    ['info hash', result.infoHash],
    ['size', `${formatBytes(result.size)} (${result.size} bytes)`],
    ['files', String(result.files)],
    ['pieces', `${result.pieces} of ${formatBytes(result.pieceLength)}`],
    ['magnet', result.magnet],
  ]);
}
