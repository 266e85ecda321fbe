import type { Actions } from '../actions/actions.ts';
import type { Services } from '../actions/services.ts';
import { pathFromPaste } from '../files/typed-path.ts';
import { isDialog } from '../state/dialogs.ts';
import type { CommandContext } from './command.ts';
import { commandRows } from './command-rows.ts';
import { commandTable, meaningOf } from './command-table.ts';
import { focusOf, typingInto } from './focus.ts';
import { type Keystroke, looksPasted } from './keystroke.ts';
import { pastedLine, textEditFor } from './text-keys.ts';

/** Where everything typed and pasted goes. */
export interface InputHandler {
  /** The key presses of one input event. */
  press(strokes: readonly Keystroke[]): void;
  paste(text: string): void;
}

export function createInputHandler(services: Services, actions: Actions): InputHandler {
  const { ui, engine } = services;
  let isSwallowing = false;

  function pressOne(stroke: Keystroke): void {
    // Fresh for each key of a burst: it sees what the key before it did.
    const context = commandContext(services, actions);
    const focus = focusOf(context.ui);
    const meaning = meaningOf(stroke.name, focus, context);
    if (meaning.kind === 'run') {
      meaning.command.run(context);
      return;
    }
    if (meaning.kind === 'refuse') {
      actions.refuse(meaning.reason);
      return;
    }
    const type = typingInto(context.ui);
    const edit = type && textEditFor(stroke);
    if (type && edit) ui.dispatch(type(edit));
    // Esc and a key typed within 20 ms are the same bytes as Alt and that key, which means nothing
    // here outside text.
    else if (!type && stroke.name.startsWith('alt+')) {
      const name = stroke.name.slice('alt+'.length);
      press([
        { name: 'escape', text: '' },
        { name, text: '' },
      ]);
    }
  }

  function press(strokes: readonly Keystroke[]): void {
    if (isSwallowing) return;
    if (looksPasted(strokes) && !typingInto(ui.get())) {
      refusePaste();
      return;
    }
    const isAsking = () => isDialog(ui.get().overlay);
    for (const stroke of strokes) {
      const wasAsking = isAsking();
      pressOne(stroke);
      // Nobody has read a question that came up in the middle of a burst: nothing answers it.
      if (isAsking() && !wasAsking) return;
    }
  }

  function paste(text: string): void {
    swallowRestOfRead();
    const focus = focusOf(ui.get());
    if (focus === 'browser' && /[/~]/.test(text)) {
      ui.dispatch({ type: 'type-path', value: pathFromPaste(text) });
      return;
    }
    const type = typingInto(ui.get());
    if (!type) {
      refusePaste();
      return;
    }
    const line = focus === 'browser-path' ? pathFromPaste(text) : pastedLine(text);
    ui.dispatch(type({ type: 'insert', text: line }));
  }

  /**
   * Pasted text can carry the bytes that end a paste, so that its rest looks typed. What comes in
   * the same read as a paste therefore belongs to it.
   */
  function swallowRestOfRead(): void {
    isSwallowing = true;
    setImmediate(() => {
      isSwallowing = false;
    });
  }

  function refusePaste(): void {
    if (engine.get().link.phase === 'connecting') return;
    actions.refuse('Nothing here takes a paste; p opens the field for a path.');
  }

  return { press, paste };
}

/** What commands see now. */
export function commandContext(services: Services, actions: Actions): CommandContext {
  const ui = services.ui.get();
  const engine = services.engine.get();
  const context: CommandContext = {
    ui,
    engine,
    visible: services.visible(engine, ui.list),
    hasCommand: (id) => commandTable.some((command) => command.id === id),
    commandRows: () => commandRows(context),
    refresh: () => commandContext(services, actions),
    scrollEnd: () => services.scrollEnd(context),
    dispatch: services.ui.dispatch,
    actions,
    homeDirectory: services.homeDirectory,
  };
  return context;
}
