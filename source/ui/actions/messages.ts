import { messageOf } from '../../errors.ts';
import type { Message } from '../state/ui-state.ts';
import type { Services } from './services.ts';

/** The line that tells what happened. */
export interface Messages {
  /** Good news; goes by itself. */
  tell(text: string): void;
  /** What was asked for cannot be; goes by itself. */
  refuse(reason: string): void;
  /** Something failed; stays until it is dismissed or another message takes its place. */
  complain(error: unknown): void;
}

const shownMilliseconds = 6000;

export function createMessages({ ui, clock }: Services): Messages {
  let lastId = 0;
  function show(kind: Message['kind'], text: string): number {
    lastId += 1;
    ui.dispatch({ type: 'show-message', message: { id: lastId, kind, text } });
    return lastId;
  }
  function showForAWhile(kind: Message['kind'], text: string): void {
    const id = show(kind, text);
    clock.after(shownMilliseconds, () => ui.dispatch({ type: 'dismiss-message', id }));
  }
  return {
    tell: (text) => showForAWhile('info', text),
    refuse: (reason) => showForAWhile('refusal', reason),
    complain(error) {
      show('error', typeof error === 'string' ? error : messageOf(error));
    },
  };
}
