import { Argument, Command } from 'commander';
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
    .addArgument(new Argument('<shell>', 'whose script to print').choices(Object.keys(scripts)))
    .addHelpText('after', help)
    .action(async (shell: Shell) => {
      const program = await describeProgram(command.parent, context);
      context.stdout.write(scripts[shell](program));
    });
};

/** All that the command line understands: every command, with the program's own options. */
async function describeProgram(running: Command | null, context: CommandContext) {
  const program = new Command('everseed');
  for (const option of running?.options ?? []) program.addOption(option);
  await context.addEveryCommand(program);
  return describeCommand(program);
}

export default define;
