import { type CommandDescription, everyCommand, type Values } from './description.ts';

/** A script that makes bash complete the program. */
export function bashCompletion(program: CommandDescription): string {
  const { name } = program;
  const all = everyCommand(program);
  return `# bash completion of ${name}
_${name}_publications() {
  local found
  while IFS=$'\\t' read -r found _; do
    [[ $found == "$current"* ]] && COMPREPLY+=("$found")
  done < <("\${COMP_WORDS[0]}" "\${home[@]}" completion --publications 2> /dev/null)
}
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command= word position
  local -a home=()
  COMPREPLY=()
  for ((position = 1; position < COMP_CWORD; position++)); do
    word=\${COMP_WORDS[position]}
    [[ $word == --home ]] && home=(--home "\${COMP_WORDS[position+1]}")
    case "$command $word" in
${all
  .filter(({ path }) => path.length > 0)
  .map(({ path }) => `      ${quote(['', ...path].join(' '))}) command="$command $word" ;;`)
  .join('\n')}
    esac
  done
  case "$command" in
${all.map(({ path, command }) => commandCase(name, ['', ...path].join(' ').trimEnd(), command)).join('\n')}
  esac
}
complete -o filenames -F _${name} ${name}
`;
}

function commandCase(program: string, words: string, command: CommandDescription): string {
  const values = command.options
    .filter(({ value }) => value !== null)
    .map(
      ({ flags, value }) =>
        `        ${flags.map(quote).join('|')}) ${reply(program, value)}; return ;;`,
    );
  const options = command.options.flatMap(({ flags }) => flags.filter((flag) => flag.length > 2));
  const names = command.commands.map(({ name }) => name);
  const rest: Values = names.length > 0 ? { kind: 'choices', choices: names } : command.argument;
  return `    ${quote(words)})
${values.length > 0 ? `      case "$previous" in\n${values.join('\n')}\n      esac\n` : ''}      if [[ $current == -* ]]; then ${reply(program, { kind: 'choices', choices: options })}
      else ${reply(program, rest)}
      fi ;;`;
}

function reply(program: string, values: Values | null): string {
  switch (values?.kind) {
    case 'choices':
      return `COMPREPLY=($(compgen -W ${quote(values.choices.join(' '))} -- "$current"))`;
    case 'path':
      return 'mapfile -t COMPREPLY < <(compgen -f -- "$current")';
    case 'publication':
      return `_${program}_publications`;
    default:
      return ':';
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
