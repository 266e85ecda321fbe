import type { Argument, Command, Option } from 'commander';

/** What a word that is typed next can be. */
export type Values =
  /** One of these. */
  | { kind: 'choices'; choices: readonly string[] }
  /** A file or a folder. */
  | { kind: 'path' }
  /** A publication, by its number or name. */
  | { kind: 'publication' }
  /** Anything. */
  | { kind: 'any' };

export interface OptionDescription {
  /** With their dashes: `-o`, `--output`. */
  flags: readonly string[];
  description: string;
  /** What it takes; null for nothing. */
  value: Values | null;
}

/** A command with all that can follow it. */
export interface CommandDescription {
  name: string;
  description: string;
  options: readonly OptionDescription[];
  /** What the words after it are. */
  argument: Values;
  commands: readonly CommandDescription[];
}

/** Words for arguments and values that are paths. */
const pathWords = /^(path|file|data|torrent|directory|output|folder)/i;

/** What commander knows of a command, and of those below it. */
export function describeCommand(command: Command): CommandDescription {
  const [argument] = command.registeredArguments;
  return {
    name: command.name(),
    description: oneLine(command.summary() || command.description()),
    options: [
      ...command.options.filter(({ hidden }) => !hidden).map(describeOption),
      { flags: ['-h', '--help'], description: 'display help for command', value: null },
    ],
    argument: argument ? valuesOf(argument.name(), argument) : { kind: 'any' },
    commands: command.commands.map(describeCommand),
  };
}

function describeOption(option: Option): OptionDescription {
  const takesValue = option.required || option.optional;
  const valueName = /<([^>]+)>|\[([^\]]+)\]/.exec(option.flags);
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: oneLine(option.description),
    value: takesValue ? valuesOf(valueName?.[1] ?? valueName?.[2] ?? '', option) : null,
  };
}

function valuesOf(name: string, { argChoices }: Pick<Option | Argument, 'argChoices'>): Values {
  if (argChoices) return { kind: 'choices', choices: argChoices };
  if (name === 'id') return { kind: 'publication' };
  return pathWords.test(name) ? { kind: 'path' } : { kind: 'any' };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Every command with the words that lead to it, the program itself first. */
export function everyCommand(
  command: CommandDescription,
  path: readonly string[] = [],
): { path: readonly string[]; command: CommandDescription }[] {
  return [
    { path, command },
    ...command.commands.flatMap((one) => everyCommand(one, [...path, one.name])),
  ];
}
