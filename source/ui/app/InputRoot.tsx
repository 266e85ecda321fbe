import { useApp, useInput, usePaste } from 'ink';
import { useEffect } from 'react';
import type { InputHandler } from '../keys/handle-input.ts';
import { splitInput } from '../keys/keystroke.ts';
import type { Terminal } from '../terminal/terminal.ts';

interface InputRootProps {
  readonly input: InputHandler;
  readonly terminal: Terminal;
}

/**
 * The only place that listens to Ink's input. Pastes are listened for always: without that, Ink
 * hands a paste over as if it had been typed.
 */
export function InputRoot({ input, terminal }: InputRootProps) {
  const { suspendTerminal } = useApp();
  useInput((text, key) => input.press(splitInput(text, key)));
  usePaste((text) => input.paste(text));
  useEffect(() => {
    terminal.lend((whileAway) => suspendTerminal(whileAway));
    return () => terminal.lend(null);
  }, [terminal, suspendTerminal]);
  return null;
}
