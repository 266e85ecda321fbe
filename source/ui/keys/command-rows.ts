import { fuzzyScore } from '../state/fuzzy.ts';
import type { Command, CommandContext, CommandRow } from './command.ts';
import { boundTable, commandsOf } from './command-table.ts';
import { type Focus, focusBehindOverlay, focusOfHelp } from './focus.ts';
import { focusTitles } from './focus-titles.ts';

/** The commands of the overlay in front that fit what is typed there, the best first. */
export function commandRows(context: CommandContext): readonly CommandRow[] {
  const { overlay } = context.ui;
  if (overlay?.name === 'help') return helpRows(context, overlay.query.value);
  return overlay?.name === 'palette' ? paletteRows(context, overlay.query.value) : [];
}

/** What the palette calls a command, or undefined if it does not list it. */
export function paletteName({ cli, name }: Command): string | undefined {
  return cli ?? name;
}

/** The keys of a view, in the table's order; typing keeps those that have the words. */
function helpRows(context: CommandContext, query: string): CommandRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return commandsOf(focusOfHelp(context.ui), context.ui.preferences.bindings)
    .filter(({ title, keys }) => {
      const text = `${title} ${keys.join(' ')}`.toLowerCase();
      return keys.length > 0 && words.every((word) => text.includes(word));
    })
    .map((command) => rowOf(command, context));
}

/** Every action, one row for each name. */
function paletteRows(context: CommandContext, query: string): CommandRow[] {
  const byName = new Map<string, CommandRow>();
  for (const command of boundTable(context.ui.preferences.bindings)) {
    const name = paletteName(command);
    if (name === undefined) continue;
    const row = rowOf(command, context);
    const other = byName.get(name);
    if (!other || isBetter(row, other, context)) byName.set(name, row);
  }
  const scored = [...byName].flatMap(([name, row]) => {
    // What it is called counts more than what is said about it.
    const score = fuzzyScore(query, name) ?? weaker(fuzzyScore(query, row.command.title));
    return score === null ? [] : [{ row, score }];
  });
  return scored.sort((a, b) => b.score - a.score).map(({ row }) => row);
}

function weaker(score: number | null): number | null {
  return score === null ? null : score - 1000;
}

/** Of two commands of one name, the one that can run, else the one that is about this view. */
function isBetter(row: CommandRow, other: CommandRow, { ui }: CommandContext): boolean {
  if ((row.reason === null) !== (other.reason === null)) return row.reason === null;
  const focus = focusBehindOverlay(ui);
  return row.command.focus.includes(focus) && !other.command.focus.includes(focus);
}

function rowOf(command: Command, context: CommandContext): CommandRow {
  if (!command.focus.includes(focusBehindOverlay(context.ui))) {
    return { command, reason: notHere(command.focus, 'it') };
  }
  const availability = command.when(context);
  if (availability === true) return { command, reason: null };
  return {
    command,
    reason: availability === false ? 'There is nothing to do it to now.' : availability,
  };
}

/** Says of a key, or of something else, that it is for other places; the first two are named. */
export function notHere(places: readonly Focus[], what: string): string {
  const named = places.filter((place) => place !== 'too-small').slice(0, 2);
  return `Not here: ${what} is for ${named.map((place) => focusTitles[place]).join(' and ')}.`;
}
