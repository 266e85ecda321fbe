import {
  type CommandDescription,
  everyCommand,
  type OptionDescription,
  type Values,
} from './description.ts';

/** A script that makes fish complete the program. */
export function fishCompletion(program: CommandDescription): string {
  const { name } = program;
  const lines = everyCommand(program).flatMap(({ path, command }) => {
    const start = `complete -c ${name} -n ${quote(condition(path, command))}`;
    return [
      ...command.commands.map(
        (one) => `${start} -f -a ${quote(one.name)} -d ${quote(one.description)}`,
      ),
      ...command.options.map((option) => `${start} ${optionWords(option)}`),
      ...(command.commands.length === 0 ? [`${start} ${argumentWords(command.argument)}`] : []),
    ];
  });
  return `# fish completion of ${name}
complete -c ${name} -f
${lines.join('\n')}
`;
}

/** When a command's words are offered: it was typed, and none below it. */
function condition(path: readonly string[], { commands }: CommandDescription): string {
  const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`);
  const below = commands.map(({ name }) => name).join(' ');
  if (below !== '') seen.push(`not __fish_seen_subcommand_from ${below}`);
  return seen.join('; and ');
}

function optionWords({ flags, description, value }: OptionDescription): string {
  const words = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const takes = value ? ` -r ${argumentWords(value)}` : '';
  return `${words.join(' ')}${takes} -d ${quote(description)}`;
}

function argumentWords(values: Values): string {
  switch (values.kind) {
    case 'choices':
      return `-f -a ${quote(values.choices.join(' '))}`;
    case 'path':
      return '-F';
    case 'publication':
      return `-f -a ${quote('(everseed completion --publications 2> /dev/null)')}`;
    case 'any':
      return '-f';
  }
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
