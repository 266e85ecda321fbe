import type { Command, CommandContext } from '../command.ts';
import type { Focus } from '../focus.ts';

interface ScrollTarget {
  focus: Focus;
  /** Part of the commands' ids: `list`, `detail`, … */
  id: string;
  /** What the bar calls moving; null to leave it out. */
  hint: string | null;
  /** Letters as well as arrows; not where letters are typed. */
  hasLetters: boolean;
  /** Where it is now; the first place is 0. */
  position(context: CommandContext): number;
  /** Goes to a place; the target keeps it within its bounds. */
  goTo(context: CommandContext, position: number): void;
}

/** The header, the headings, the status line and the hint bar. */
const rowsAroundBody = 4;

/** The moving keys of anything that is a list of lines: arrows, vi's letters, pages and ends. */
export function scrollingCommands(target: ScrollTarget): Command[] {
  const { focus, id, hint, hasLetters, position, goTo } = target;
  const page = ({ ui }: CommandContext) => Math.max(1, ui.size.rows - rowsAroundBody - 1);
  const move = (
    name: string,
    title: string,
    keys: readonly string[],
    letters: readonly string[],
    place: (context: CommandContext) => number,
    shown: string | null = null,
  ): Command => ({
    id: `${id}.${name}`,
    title,
    hint: shown,
    keys: hasLetters ? [...keys, ...letters] : keys,
    focus: [focus],
    when: () => true,
    run: (context) => goTo(context, place(context)),
  });
  return [
    move('down', 'down', ['down', 'ctrl+n'], ['j'], (context) => position(context) + 1, hint),
    move('up', 'up', ['up', 'ctrl+p'], ['k'], (context) => position(context) - 1),
    move(
      'page-down',
      'a page down',
      ['pagedown', 'ctrl+f'],
      [],
      (context) => position(context) + page(context),
    ),
    move(
      'page-up',
      'a page up',
      ['pageup', 'ctrl+b'],
      [],
      (context) => position(context) - page(context),
    ),
    move('first', 'to the first', ['home'], ['g'], () => 0),
    move('last', 'to the last', ['end'], ['G'], () => Number.MAX_SAFE_INTEGER),
  ];
}
