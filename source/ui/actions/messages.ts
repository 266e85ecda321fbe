import { messageOf } from '../../errors.ts';
import type { Services } from './services.ts';

/** The line that tells what happened. */
export interface Messages {
  /** Good news; goes by itself. */
  tell(text: string): void;
  /** Something failed; stays until it is dismissed or another message takes its place. */
  complain(error: unknown): void;
}

const infoMilliseconds = 6000;

export function createMessages({ ui, clock }: Services): Messages {
  let lastId = 0;
  function show(kind: 'info' | 'error', text: string): number {
    lastId += 1;
    ui.dispatch({ type: 'show-message', message: { id: lastId, kind, text } });
    return lastId;
  }
  return {
    tell(text) {
      const id = show('info', text);
      clock.after(infoMilliseconds, () => ui.dispatch({ type: 'dismiss-message', id }));
    },
    complain(error) {
      show('error', typeof error === 'string' ? error : messageOf(error));
    },
  };
}
