import { messageOf } from '../../errors.ts';
import type { Message, Offer } from '../state/ui-state.ts';
import type { Services } from './services.ts';

/** The line that tells what happened. */
export interface Messages {
  /** Good news; goes by itself. With an offer, the sentence comes without its stop. */
  tell(text: string, offer?: Offer): void;
  /**
   * A change that can be taken back is being asked for: returns what tells that it was made, if nothing
   * was asked to be taken back meanwhile.
   */
  beginChange(): (text: string) => void;
  /** The last change is being taken back. */
  beginUndo(): void;
  /** What was asked for cannot be; goes by itself. */
  refuse(reason: string): void;
  /** Something failed; stays until it is dismissed or something else fails. */
  complain(error: unknown): void;
}

const shownMilliseconds = 6000;

export function createMessages({ ui, clock }: Services): Messages {
  let lastId = 0;
  let undos = 0;
  function show(kind: Message['kind'], text: string, offer: Offer | null = null): number {
    lastId += 1;
    ui.dispatch({ type: 'show-message', message: { id: lastId, kind, text, offer } });
    return lastId;
  }
  function showForAWhile(kind: Message['kind'], text: string, offer?: Offer): void {
    const id = show(kind, text, offer);
    clock.after(shownMilliseconds, () => ui.dispatch({ type: 'dismiss-message', id }));
  }
  return {
    tell: (text, offer) => showForAWhile('info', text, offer),
    beginChange() {
      const before = undos;
      return (text) => {
        if (undos === before) showForAWhile('info', text, takesItBack);
      };
    },
    beginUndo() {
      undos += 1;
    },
    refuse: (reason) => showForAWhile('refusal', reason),
    complain(error) {
      show('error', typeof error === 'string' ? error : messageOf(error));
    },
  };
}

export const nothingToUndo = 'There is nothing to take back.';

/** For messages of what the engine can undo. */
const takesItBack: Offer = { commands: ['undo'], words: 'takes it back' };
