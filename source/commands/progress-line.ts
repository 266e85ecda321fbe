import type { CommandContext } from './command.ts';

/** One line of a terminal that is written over, again and again. */
export interface ProgressLine {
  /** Shows `text` in place of what was shown; cut to the terminal's width. */
  show(text: string): void;
  /** Takes the line away, so that something else can be printed. */
  clear(): void;
}

/** A progress line on `stderr`, or, where that is no terminal, one that shows nothing. */
export function createProgressLine(stderr: CommandContext['stderr']): ProgressLine {
  if (!stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  const eraseLine = '\r\u001b[2K';
  let shown = '';
  return {
    show(text) {
      const line = text.slice(0, (stderr.columns || 80) - 1);
      if (line === shown) return;
      shown = line;
      stderr.write(`${eraseLine}${line}`);
    },
    clear() {
      if (shown) stderr.write(eraseLine);
      shown = '';
    },
  };
}
