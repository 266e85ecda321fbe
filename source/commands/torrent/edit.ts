import { resolve } from 'node:path';
import { EverseedError } from '../../errors.ts';
import { isBelievedComponent } from '../../metainfo/believed-path.ts';
import { distinctTiers } from '../../metainfo/distinct-tiers.ts';
import { type EditedTorrent, editTorrent, type TorrentChanges } from '../../metainfo/edit.ts';
import { infoHashHex } from '../../metainfo/info-hash.ts';
import { readTorrentFile } from '../../metainfo/read-torrent-file.ts';
import { parseTorrent, type Torrent } from '../../metainfo/torrent-file.ts';
import type { CommandContext, DefineCommand } from '../command.ts';
import { formatFacts } from '../facts.ts';
import { collectTier } from './option-values.ts';
import { expectNoTerminal, standardOutput, writeOutput } from './output-file.ts';
import { collectTexts, collectWebSeedUrls } from './url-options.ts';

/** What the flags say; undefined stays as it is, false is taken away. */
interface EditFlags {
  output?: string;
  force?: boolean;
  /** Announce URLs in tiers. */
  tracker?: string[][] | false;
  addTracker?: string[][];
  removeTracker?: string[];
  webSeed?: string[] | false;
  addWebSeed?: string[];
  removeWebSeed?: string[];
  comment?: string | false;
  source?: string | false;
  private?: boolean;
  name?: string;
  /** False with --no-date. */
  date: boolean;
  /** False with --no-created-by. */
  createdBy: boolean;
  json?: boolean;
}

/** `everseed torrent edit`: changes a torrent file without its content. */
const defineEdit: DefineCommand = (command, context) => {
  command
    .description('change a torrent file without hashing its content again')
    .argument('<file>', 'the torrent file')
    .option('-o, --output <file>', 'where to write it, - for stdout; the file itself unless set')
    .option('--force', 'overwrite the output if it exists')
    .option(
      '--tracker <url,...>',
      'a tier of trackers in place of all there are; may be repeated',
      collectTier,
    )
    .option('--no-tracker', 'take all trackers away')
    .option('--add-tracker <url,...>', 'one more tier; may be repeated', collectTier)
    .option('--remove-tracker <url>', 'take one away; may be repeated', collectTexts)
    .option('--web-seed <url>', 'in place of all web seeds; may be repeated', collectWebSeedUrls)
    .option('--no-web-seed', 'take all web seeds away')
    .option('--add-web-seed <url>', 'one more; may be repeated', collectWebSeedUrls)
    .option('--remove-web-seed <url>', 'take one away; may be repeated', collectTexts)
    .option('--comment <text>', 'a comment that clients show')
    .option('--no-comment', 'take the comment away')
    .option('--no-date', 'take away when it was made')
    .option('--no-created-by', 'take away what made it')
    .option('--name <name>', 'what it is called; changes the info hash')
    .option('--private', 'peers only from its own trackers; changes the info hash')
    .option('--no-private', 'peers from anywhere; changes the info hash')
    .option('--source <text>', 'where it is from; changes the info hash')
    .option('--no-source', 'take the source away; changes the info hash')
    .option('--json', 'print the result as JSON')
    .action((file: string, flags: EditFlags) => editFile(file, flags, context));
};

export default defineEdit;

async function editFile(file: string, flags: EditFlags, { cwd, stdout, stderr }: CommandContext) {
  const path = resolve(cwd, file);
  const toStdout = flags.output === standardOutput;
  if (toStdout) expectNoTerminal(stdout);
  const output = toStdout ? standardOutput : resolve(cwd, flags.output ?? file);
  const { bytes, torrent } = await readTorrentFile(path, (read) => ({
    bytes: read,
    torrent: parseTorrent(read),
  }));
  const edited = editTorrent(bytes, changesOf(torrent, flags));
  const result = describe(edited, output);
  const told = flags.json ? `${JSON.stringify(result)}\n` : humanText(result);
  if (toStdout) {
    stdout.write(edited.bytes);
    stderr.write(told);
    return;
  }
  await writeOutput(output, edited.bytes, flags.force === true || output === path);
  stdout.write(told);
}

function changesOf(torrent: Torrent, flags: EditFlags): TorrentChanges {
  if (flags.name !== undefined && !isBelievedComponent(flags.name)) {
    throw new EverseedError(
      'name-invalid',
      `${JSON.stringify(flags.name)} cannot be the name of a torrent: give it one without slashes`,
    );
  }
  const changes: TorrentChanges = {
    trackers: editedTiers(torrent.trackers, flags),
    webSeeds: editedWebSeeds(torrent.webSeeds, flags),
    comment: orNull(flags.comment),
    source: orNull(flags.source),
    private: flags.private,
    name: flags.name,
    creationDate: flags.date ? undefined : null,
    createdBy: flags.createdBy ? undefined : null,
  };
  if (Object.values(changes).every((change) => change === undefined)) {
    throw new EverseedError('usage', 'there is nothing to change: see torrent edit --help');
  }
  return changes;
}

function orNull(flag: string | false | undefined): string | null | undefined {
  return flag === false || flag === '' ? null : flag;
}

function editedTiers(
  before: readonly (readonly string[])[],
  { tracker, addTracker = [], removeTracker = [] }: EditFlags,
): readonly (readonly string[])[] | undefined {
  if (tracker === undefined && addTracker.length + removeTracker.length === 0) return undefined;
  const kept = tracker === undefined ? before : tracker || [];
  expectAll(removeTracker, kept.flat(), 'tracker');
  const remaining = kept.map((tier) => tier.filter((url) => !removeTracker.includes(url)));
  return distinctTiers([...remaining, ...addTracker]);
}

function editedWebSeeds(
  before: readonly string[],
  { webSeed, addWebSeed = [], removeWebSeed = [] }: EditFlags,
): readonly string[] | undefined {
  if (webSeed === undefined && addWebSeed.length + removeWebSeed.length === 0) return undefined;
  const kept = webSeed === undefined ? before : webSeed || [];
  expectAll(removeWebSeed, kept, 'web seed');
  const remaining = kept.filter((url) => !removeWebSeed.includes(url));
  return [...new Set([...remaining, ...addWebSeed])];
}

function expectAll(wanted: readonly string[], there: readonly string[], what: string): void {
  const absent = wanted.find((url) => !there.includes(url));
  if (absent === undefined) return;
  const has = there.length > 0 ? `it has ${there.join(', ')}` : 'it has none';
  throw new EverseedError('url-absent', `the torrent has no ${what} ${absent}: ${has}`);
}

/** The result as `--json` prints it. */
function describe({ before, after, infoChanged }: EditedTorrent, output: string) {
  return {
    torrent: output,
    infoHash: hexOf(after.infoHash),
    infoHashV2: hexOf(after.infoHashV2),
    infoHashChanged: infoChanged,
    previousInfoHash: hexOf(before.infoHash),
    previousInfoHashV2: hexOf(before.infoHashV2),
  };
}

function hexOf(infoHash: Uint8Array | null): string | null {
  return infoHash && infoHashHex(infoHash);
}

function humanText(result: ReturnType<typeof describe>): string {
  const hash = result.infoHash ?? result.infoHashV2 ?? '';
  const previous = result.previousInfoHash ?? result.previousInfoHashV2 ?? '';
  return formatFacts([
    ['torrent', result.torrent],
    ['info hash', result.infoHashChanged ? hash : `${hash} (as before)`],
    ...(result.infoHashChanged
      ? [['changed', `it was ${previous}: to clients this is another torrent`] as const]
      : []),
  ]);
}
