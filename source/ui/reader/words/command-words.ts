import { counted } from '../../components/counted.ts';
import type { CommandContext, CommandRow } from '../../keys/command.ts';
import { paletteName } from '../../keys/command-rows.ts';
import { focusOfHelp } from '../../keys/focus.ts';
import { focusTitles } from '../../keys/focus-titles.ts';
import { keyLabel } from '../../keys/key-labels.ts';
import type { CommandSearch } from '../../state/ui-state.ts';
import { joined, listPage, type Reading, reading, type Sentence, type View } from '../reading.ts';

/** Help or the palette: commands, narrowed down by typing; Enter runs the one under the cursor. */
export function readCommands(
  { ui, commandRows }: View & Pick<CommandContext, 'commandRows'>,
  { name, query, place }: { name: 'help' | 'palette' } & CommandSearch,
): Reading {
  const rows = commandRows();
  const title =
    name === 'help'
      ? `Help: the keys of ${focusTitles[focusOfHelp(ui)]}.`
      : 'The command palette: every action, by name.';
  return reading(name, {
    heads: [
      { key: 'title', text: `${title} Type to narrow down, Enter runs one.`, when: null },
      {
        key: 'count',
        text: rows.length === 0 ? 'No command fits.' : `${counted(rows.length, 'command')}.`,
      },
    ],
    page: listPage(rows, place, name === 'help' ? helpSentence : paletteSentence),
    field: query.value === '' ? null : { label: 'Narrow down', text: query },
  });
}

function helpSentence({ command, reason }: CommandRow): Sentence {
  const keys = command.keys.map(keyLabel).join(' or ');
  return { key: command.id, text: joined(`${keys}: ${command.title}`, reason) };
}

function paletteSentence({ command, reason }: CommandRow): Sentence {
  const keys = command.keys.map(keyLabel).join(' or ');
  return {
    key: command.id,
    text: joined(`${paletteName(command) ?? command.id}: ${command.title}`, keys, reason),
  };
}
