import { stripControls } from '../../format/terminal-text.ts';
import { commandsForHome } from '../../home.ts';
import type { CommandContext, DefineCommand } from '../command.ts';
import {
  expectNoTerminal,
  findOutput,
  standardOutput,
  writeOutput,
} from '../torrent/output-file.ts';
import { withEngine } from '../with-engine.ts';

interface Flags {
  output?: string;
  force?: boolean;
  json?: boolean;
}

/** Its announce URLs are a member's secret. */
const ownersOnly = 0o600;

/** `everseed tracker keys torrent`: a private publication's torrent, for one member. */
const defineMemberTorrent: DefineCommand = (command, context) => {
  command
    .description(
      "write a private publication's torrent with the passkey of a member, for the member",
    )
    .argument('<name-or-key>', 'whose it is, or the passkey itself')
    .argument('<id>', 'number, beginning of the info hash, or name of the publication')
    .option(
      '-o, --output <file>',
      'where to write it, a file, a folder, or - for stdout; NAME.torrent unless set',
    )
    .option('--force', 'overwrite the output if it exists')
    .option('--json', 'print one object, for programs')
    .action((key: string, id: string, flags: Flags) => writeTorrent(context, { key, id }, flags));
};

async function writeTorrent(
  context: CommandContext,
  asked: { key: string; id: string },
  { output: chosen, force = false, json }: Flags,
): Promise<void> {
  const { stdout, stderr, cwd } = context;
  if (chosen === standardOutput) expectNoTerminal(stdout);
  const { key, name, torrent, passkeysAsked } = await withEngine(context, (engine) =>
    engine.request('tracker.keys.torrent', asked),
  );
  const bytes = Buffer.from(torrent, 'base64');
  const output = await findOutput(cwd, chosen, `${name}.torrent`, false);
  if (output !== standardOutput) await writeOutput(output, bytes, force, ownersOnly);
  const result = { output, member: key.name, announceUrls: key.announceUrls };
  const told = json
    ? `${JSON.stringify(result, null, 2)}\n`
    : `${stripControls(`${output} is for ${key.name} alone`)}\n`;
  if (output === standardOutput) {
    stdout.write(bytes);
    stderr.write(told);
  } else {
    stdout.write(told);
  }
  if (!passkeysAsked) {
    const sentence =
      'peers without a passkey are taken, too, until: everseed config set tracker.passkeys true\n';
    stderr.write(commandsForHome(sentence, context.home));
  }
}

export default defineMemberTorrent;
