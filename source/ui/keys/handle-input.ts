import type { Actions } from '../actions/actions.ts';
import type { Services } from '../actions/services.ts';
import { pathFromPaste } from '../files/typed-path.ts';
import { isQuestion } from '../state/dialogs.ts';
import { bindingFault, takenKeys } from './bindings.ts';
import type { CommandContext } from './command.ts';
import { commandRows, notHere } from './command-rows.ts';
import { keyFor, meaningOf, placesOf } from './command-table.ts';
import { focusOf, typingInto } from './focus.ts';
import { type Keystroke, looksPasted, withoutAlt } from './keystroke.ts';
import { pastedLine, textEditFor } from './text-keys.ts';

/** Where everything typed and pasted goes. */
export interface InputHandler {
  /** The key presses of one input event. */
  press(strokes: readonly Keystroke[]): void;
  paste(text: string): void;
}

/** So long nothing must come before what answers a question that came up in a burst. */
const quietMilliseconds = 100;

export function createInputHandler(services: Services, actions: Actions): InputHandler {
  const { ui, engine, clock } = services;
  let isSwallowing = false;
  let cancelQuiet: (() => void) | null = null;
  let hasBracketedPaste = false;

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
    const two = withoutAlt(stroke);
    if (type && edit) ui.dispatch(type(edit));
    else if (two) press(two);
    else if (!type) refuseElsewhere(stroke, context);
  }

  /** A key that works in another place says so, instead of doing nothing. */
  function refuseElsewhere(stroke: Keystroke, { ui: { preferences } }: CommandContext): void {
    if (stroke.text === '' || stroke.name === 'space') return;
    const places = placesOf(stroke.name, preferences.bindings);
    if (places.length > 0) actions.refuse(notHere(places, stroke.name));
  }

  function press(strokes: readonly Keystroke[]): void {
    if (cancelQuiet || (isSwallowing && isQuestion(ui.get().overlay))) {
      waitForQuiet();
      return;
    }
    if (isSwallowing) return;
    if (!hasBracketedPaste && looksPasted(strokes) && !typingInto(ui.get())) {
      refusePaste();
      return;
    }
    const isAsking = () => isQuestion(ui.get().overlay);
    for (const stroke of strokes) {
      const wasAsking = isAsking();
      pressOne(stroke);
      if (isAsking() && !wasAsking) {
        // Nobody has read a question that came up in the middle of a burst: nothing in that answers
        // it, however many reads a long paste takes.
        swallowRestOfRead();
        if (strokes.length > 1) waitForQuiet();
        return;
      }
    }
  }

  function waitForQuiet(): void {
    cancelQuiet?.();
    cancelQuiet = clock.after(quietMilliseconds, () => {
      cancelQuiet = null;
    });
  }

  function paste(text: string): void {
    swallowRestOfRead();
    hasBracketedPaste = true;
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
   * Of a paste, because pasted text can carry the bytes that end it, so that its rest looks typed:
   * what comes in the same read belongs to it.
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
    bindingFault,
    takenKeys,
    commandRows: () => commandRows(context),
    keyFor: (...ids) => keyFor(ids, context),
    refresh: () => commandContext(services, actions),
    scrollEnd: () => services.scrollEnd(context),
    dispatch: services.ui.dispatch,
    actions,
    homeDirectory: services.homeDirectory,
  };
  return context;
}
