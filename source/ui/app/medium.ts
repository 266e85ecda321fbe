import type { Actions } from '../actions/actions.ts';
import type { Seen, Services } from '../actions/services.ts';
import type { InputHandler } from '../keys/handle-input.ts';
import type { Size } from '../state/ui-state.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What the dashboard is put in front of its user by: painted on the screen, or told line by line. */
export interface Medium {
  /** How large a page is at first. */
  size: Size;
  terminal: Terminal;
  /** How far what is in front can be scrolled; 0 of what does not scroll. */
  scrollEnd(seen: Seen): number;
  /** Begins to show what the services hold, and to hear keys. */
  show(services: Services, actions: Actions, input: InputHandler): Shown;
}

/** A dashboard that is shown. */
export interface Shown {
  /** Resolves when it was unmounted; rejects when it crashed. */
  ended: Promise<void>;
  /** Follows nothing any more. */
  stop(): void;
  unmount(): void;
}
