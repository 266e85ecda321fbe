import { setTimeout as sleep } from 'node:timers/promises';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

/** A colour of the terminal's sixteen; null is the default one. */
export type Colour = number | null;

/** What is drawn at one place of the screen, one or two columns wide. */
export interface Cell {
  text: string;
  width: number;
  foreground: Colour;
  background: Colour;
  bold: boolean;
  dim: boolean;
  inverse: boolean;
}

interface ScreenOptions {
  columns: number;
  rows: number;
}

type Buffer = InstanceType<typeof xterm.Terminal>['buffer']['active'];
type BufferCell = ReturnType<Buffer['getNullCell']>;

const limitMs = 60_000;
const pollMs = 25;
/** A frame is whole when nothing comes for so long. */
const quietMs = 120;

/** A program in a pseudo-terminal, and what its user sees. */
export class Screen implements AsyncDisposable {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  readonly #process: IPty;
  readonly #ended = Promise.withResolvers<void>();
  #hasEnded = false;
  #lastDataAt = performance.now();

  constructor(words: readonly string[], { columns, rows }: ScreenOptions) {
    const [command = '', ...args] = words;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#process = spawn(command, args, {
      name: 'xterm-256color',
      cols: columns,
      rows,
      // nothing of the user's own that would change what is shown
      env: { LANG: 'C.UTF-8' },
    });
    this.#process.onData((data) => {
      this.#lastDataAt = performance.now();
      this.#terminal.write(data);
    });
    // what a terminal answers to what a program asks it
    this.#terminal.onData((data) => this.#process.write(data));
    this.#process.onExit(() => {
      this.#hasEnded = true;
      this.#ended.resolve();
    });
  }

  text(): string {
    return Array.from({ length: this.#terminal.rows }, (_, row) =>
      this.#line(row).translateToString(true),
    ).join('\n');
  }

  /** The cells of each row. */
  cells(): Cell[][] {
    const { rows, cols } = this.#terminal;
    return Array.from({ length: rows }, (_, row) => {
      const line = this.#line(row);
      return Array.from({ length: cols }, (_, column) => line.getCell(column))
        .filter((cell) => cell !== undefined)
        .filter((cell) => cell.getWidth() > 0)
        .map(readCell);
    });
  }

  press(keys: string): void {
    this.#process.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#process.resize(columns, rows);
  }

  /** Waits until the screen shows a text, or is as a predicate wants it. */
  async sees(wanted: string | ((text: string) => boolean)): Promise<void> {
    const isThere = typeof wanted === 'function' ? wanted : (text: string) => text.includes(wanted);
    const began = performance.now();
    while (!isThere(this.text())) {
      if (this.#hasEnded) throw new Error('the program has ended');
      if (performance.now() - began > limitMs) {
        throw new Error(`${wanted} does not come on the screen:\n${this.text()}`);
      }
      await sleep(pollMs);
    }
  }

  /** Waits until the frame under way is whole. */
  async settle(): Promise<void> {
    const from = performance.now();
    while (performance.now() - Math.max(from, this.#lastDataAt) < quietMs) await sleep(pollMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasEnded) return;
    this.#process.kill('SIGTERM');
    await this.#ended.promise;
  }

  #line(row: number) {
    const { active } = this.#terminal.buffer;
    const line = active.getLine(active.viewportY + row);
    if (!line) throw new Error(`the screen has no row ${row}`);
    return line;
  }
}

function readCell(cell: BufferCell): Cell {
  return {
    text: cell.getChars() || ' ',
    width: cell.getWidth(),
    foreground: cell.isFgDefault() ? null : colourOf(cell.isFgPalette(), cell.getFgColor()),
    background: cell.isBgDefault() ? null : colourOf(cell.isBgPalette(), cell.getBgColor()),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}

function colourOf(isPalette: boolean, colour: number): number {
  if (!isPalette || colour > 15) throw new Error(`${colour} is none of the sixteen colours`);
  return colour;
}
