import type { Message } from '../state/ui-state.ts';
import type { CommandContext } from './command.ts';

/** A message as it is shown: with what a key can do about it, where that key works. */
export function messageText(
  { text, offer }: Message,
  { keyFor }: Pick<CommandContext, 'keyFor'>,
): string {
  if (offer === null) return text;
  const key = keyFor(...offer.commands);
  return key === null ? `${text}.` : `${text}; ${key} ${offer.words}.`;
}
