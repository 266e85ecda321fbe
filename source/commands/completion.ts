import { Argument, Command, Option } from 'commander';
import { stripControls } from '../format/terminal-text.ts';
import type { CommandContext, DefineCommand } from './command.ts';
import { bashCompletion } from './completion/bash.ts';
import { describeCommand } from './completion/description.ts';
import { fishCompletion } from './completion/fish.ts';
import { zshCompletion } from './completion/zsh.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

type Shell = keyof typeof scripts;

const help = `
To have it in every shell:
  bash   everseed completion bash > ~/.local/share/bash-completion/completions/everseed
  zsh    everseed completion zsh > "\${fpath[1]}/_everseed"
  fish   everseed completion fish > ~/.config/fish/completions/everseed.fish`;

/** `everseed completion SHELL`: what makes a shell complete everseed's commands and options. */
const define: DefineCommand = (command, context) => {
  command
    .addArgument(new Argument('[shell]', 'whose script to print').choices(Object.keys(scripts)))
    // for the scripts
    .addOption(new Option('--publications', 'print what ids there are').hideHelp())
    .addHelpText('after', help)
    .action(async (shell: Shell | undefined, { publications }: { publications?: true }) => {
      if (publications) {
        context.stdout.write(await publicationWords(context));
        return;
      }
      if (!shell) return command.error("error: missing required argument 'shell'", { exitCode: 2 });
      const program = await describeProgram(command.parent, context);
      context.stdout.write(scripts[shell](program));
    });
};

/**
 * What publications can be called by: a line for the number of each, one for its name, with the
 * other behind a tab. None while no engine runs: nobody wants one started by the Tab key.
 */
async function publicationWords(context: CommandContext): Promise<string> {
  const engine = await context.connectIfRunning();
  if (!engine) return '';
  const publications = await engine.request('list', {}).finally(() => engine.close());
  return publications
    .map(({ id, name }) => {
      const shown = stripControls(name);
      return shown === name ? `${id}\t${name}\n${name}\t${id}\n` : `${id}\t${shown}\n`;
    })
    .join('');
}

/** All that the command line understands: every command, with the program's own options. */
async function describeProgram(running: Command | null, context: CommandContext) {
  const program = new Command('everseed');
  for (const option of running?.options ?? []) program.addOption(option);
  await context.addEveryCommand(program);
  return describeCommand(program);
}

export default define;
