import {
  type CommandDescription,
  everyCommand,
  type OptionDescription,
  type Values,
} from './description.ts';

/** A script that makes zsh complete the program. */
export function zshCompletion(program: CommandDescription): string {
  const functions = everyCommand(program).map(({ path, command }) =>
    commandFunction([program.name, ...path], command),
  );
  return `#compdef ${program.name}
# zsh completion of ${program.name}

# each with a description behind a tab, for which _describe wants a colon
_${program.name}_publications() {
  local -a found=("\${(@f)$(${program.name} completion --publications 2> /dev/null)}")
  [[ -n $found[1] ]] || return 1
  found=("\${found[@]//:/\\:}")
  found=("\${found[@]/$'\\t'/:}")
  _describe publication found
}
${functions.reverse().join('\n')}
if [[ $funcstack[1] == _${program.name} ]]; then _${program.name} "$@"
else compdef _${program.name} ${program.name}
fi
`;
}

function commandFunction(path: readonly string[], command: CommandDescription): string {
  const options = command.options.map((option) => `    ${optionSpec(option)} \\`);
  if (command.commands.length === 0) {
    return `${functionName(path)}() {
  _arguments -S \\
${options.join('\n')}
    ${quote(`*:: :${action(command.argument)}`)}
}
`;
  }
  const names = command.commands.map(
    ({ name, description }) => `    ${quote(`${name}:${description.replaceAll(':', '\\:')}`)}`,
  );
  const cases = command.commands.map(
    ({ name }) => `        ${name}) ${functionName([...path, name])} ;;`,
  );
  return `${functionName(path)}() {
  local curcontext=$curcontext state line
  local -a commands=(
${names.join('\n')}
  )
  _arguments -C \\
${options.join('\n')}
    '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $line[1] in
${cases.join('\n')}
      esac ;;
  esac
}
`;
}

function functionName(path: readonly string[]): string {
  return `_${path.join('_').replaceAll('-', '_')}`;
}

/** Of both spellings of an option, one keeps the other from being offered; some may come again. */
function optionSpec({ flags, description, value }: OptionDescription): string {
  const text = description.replace(/[[\]:]/g, (sign) => `\\${sign}`);
  const repeats = description.includes('may be repeated') ? '*' : '';
  const specs = flags.map(
    (flag) => `${repeats}${flag}[${text}]${value ? `: :${action(value)}` : ''}`,
  );
  return specs.map(quote).join(' ');
}

function action(values: Values): string {
  switch (values.kind) {
    case 'choices':
      return `(${values.choices.join(' ')})`;
    case 'path':
      return '_files';
    case 'publication':
      return '_everseed_publications';
    case 'any':
      return ' ';
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
