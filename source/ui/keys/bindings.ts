import type { Preferences } from '../state/preferences.ts';
import { graphemes } from '../terminal/text-width.ts';
import type { Command } from './command.ts';
import { commandTable } from './command-table.ts';
import { isTypedInto } from './focus.ts';
import { keyLabel, namedKeys } from './key-labels.ts';

type Bindings = Preferences['bindings'];

/** What is wrong with the keys that somebody has chosen, in a sentence; null when nothing is. */
export function bindingFault(bindings: Bindings): string | null {
  const chosen: { command: Command; key: string }[] = [];
  for (const [id, keys] of bindings) {
    const command = commandTable.find((one) => one.id === id);
    if (!command) return `There is no command ${id}: docs/keys.md has their names.`;
    for (const key of keys) {
      const fault = keyFault(command, key);
      if (fault !== null) return fault;
      const other = chosen.find((one) => one.key === key && areInConflict(one.command, command));
      if (other) {
        return `${keyLabel(key)} cannot be for both ${other.command.id} and ${id}: they work in the same place.`;
      }
      chosen.push({ command, key });
    }
  }
  return null;
}

/** What the chosen keys take from other commands, in a clause; null when nothing. */
export function takenKeys(bindings: Bindings): string | null {
  const losses = [...bindings].flatMap(([id, keys]) => {
    const command = commandTable.find((one) => one.id === id);
    return keys.flatMap((key) =>
      commandTable
        .filter((other) => !bindings.has(other.id) && other.keys.includes(key))
        .filter((other) => command && other !== command && areInConflict(command, other))
        .map((other) => lossWords(other, key)),
    );
  });
  return losses.length === 0 ? null : losses.join(', ');
}

function lossWords({ id, keys }: Command, key: string): string {
  const [left] = keys.filter((other) => other !== key);
  return `${id} loses ${keyLabel(key)}${left ? `, has ${keyLabel(left)}` : ', its only key'}`;
}

function keyFault({ id, focus }: Command, key: string): string | null {
  const isTyped = graphemes(key).length === 1;
  const isKnown = isTyped || namedKeys.has(key) || /^(ctrl\+[a-z]|alt\+\S)$/.test(key);
  if (!isKnown) return `There is no key ${key}: docs/keys.md says how keys are called.`;
  if (key === 'ctrl+c') return 'Ctrl-C stays the way out of everywhere.';
  if (isTyped && focus.some(isTypedInto)) {
    return `${id} works where text is typed, so it takes no letter or sign such as ${key}.`;
  }
  return null;
}

/** Whether one key could mean either; commands that share a key as they come take turns with it. */
function areInConflict(one: Command, other: Command): boolean {
  const isSamePlace = one.focus.some((focus) => other.focus.includes(focus));
  return isSamePlace && !one.keys.some((key) => other.keys.includes(key));
}
