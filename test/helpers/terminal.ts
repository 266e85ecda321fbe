import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { onTestFinished } from 'vitest';
import { until } from './everseed.ts';
import type { Lifetime } from './lifetime.ts';

export interface TerminalOptions {
  columns?: number;
  rows?: number;
  environment?: NodeJS.ProcessEnv;
  cwd?: string;
  /** What TERM says it is. */
  kind?: string;
  /** How long it runs at most; until the end of the test unless told. */
  lifetime?: Lifetime;
}

/** A program in a real pseudo-terminal, and the screen as its user would see it. */
export class Terminal {
  readonly #screen: InstanceType<typeof xterm.Terminal>;
  readonly #process: ReturnType<typeof spawn>;
  /** Everything the program wrote, escapes and all. */
  output = '';
  /** The exit code, once it has ended. */
  exitCode: number | null = null;

  constructor(words: readonly string[], options: TerminalOptions = {}) {
    const { columns = 80, rows = 24, kind = 'xterm-256color', lifetime = onTestFinished } = options;
    const { environment = {}, cwd } = options;
    const [command = '', ...args] = words;
    const inherited = { ...process.env };
    // each changes what a program shows
    for (const name of ['CI', 'NO_COLOR', 'FORCE_COLOR', 'COLORTERM', 'LC_ALL', 'LC_CTYPE']) {
      delete inherited[name];
    }
    this.#screen = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#process = spawn(command, args, {
      name: kind,
      cols: columns,
      rows,
      ...(cwd && { cwd }),
      env: { ...inherited, LANG: 'C.UTF-8', ...environment },
    });
    this.#process.onData((data) => {
      this.output += data;
      this.#screen.write(data);
    });
    // what a terminal answers to what a program asks it
    this.#screen.onData((data) => this.#process.write(data));
    this.#process.onExit(({ exitCode }) => {
      this.exitCode = exitCode;
    });
    lifetime(() => {
      if (this.exitCode === null) this.#process.kill('SIGKILL');
    });
  }

  /** The lines on the screen, trailing blanks cut. */
  lines(): string[] {
    const { rows, cols } = this.#screen;
    const buffer = this.#screen.buffer.active;
    // the buffer keeps what was beyond the last column when the screen was wider
    return Array.from({ length: rows }, (_, row) =>
      (buffer.getLine(buffer.viewportY + row)?.translateToString(true, 0, cols) ?? '').trimEnd(),
    );
  }

  /** Rows that go on on the next one: a frame that fits has none. */
  wrappedRows(): number[] {
    const buffer = this.#screen.buffer.active;
    const rows = Array.from({ length: this.#screen.rows }, (_, row) => row);
    return rows.filter((row) => buffer.getLine(buffer.viewportY + row)?.isWrapped);
  }

  text(): string {
    return this.lines().join('\n');
  }

  /** True while the alternate screen is shown. */
  get fullScreen(): boolean {
    return this.#screen.buffer.active.type === 'alternate';
  }

  /** The cells of the first line that has a text, for looking at their colours and styles. */
  cellsOf(part: string): xterm.IBufferCell[] {
    const { active } = this.#screen.buffer;
    const row = this.lines().findIndex((line) => line.includes(part));
    const line = active.getLine(active.viewportY + row);
    return Array.from({ length: this.#screen.cols }, (_, column) => line?.getCell(column)).filter(
      (cell) => cell !== undefined,
    );
  }

  /** The first line that has a text; empty when there is none. */
  line(part: string): string {
    return this.lines().find((line) => line.includes(part)) ?? '';
  }

  /** What a full-screen program has to undo when it leaves, and has not. */
  leftBehind(): string[] {
    const isCursorHidden =
      this.output.lastIndexOf('\u001b[?25l') > this.output.lastIndexOf('\u001b[?25h');
    return [
      ...(this.fullScreen ? ['the alternate screen'] : []),
      ...(isCursorHidden ? ['a hidden cursor'] : []),
      ...(this.#screen.modes.bracketedPasteMode ? ['bracketed paste'] : []),
      ...(this.#screen.modes.synchronizedOutputMode ? ['synchronised output'] : []),
    ];
  }

  /** As a terminal with bracketed paste sends it. */
  paste(text: string): void {
    this.press(`\u001b[200~${text}\u001b[201~`);
  }

  press(...keys: string[]): void {
    for (const key of keys) this.#process.write(key);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#process.resize(columns, rows);
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Waits until the screen shows `wanted`. Fails with the screen when the program ends first. */
  async sees(wanted: string | RegExp): Promise<void> {
    const matches = () =>
      typeof wanted === 'string' ? this.text().includes(wanted) : wanted.test(this.text());
    try {
      await until(() => {
        if (matches()) return true;
        if (this.exitCode !== null) throw new Error(`it ended with ${this.exitCode}`);
        return false;
      });
    } catch (error) {
      throw new Error(`${wanted} does not come on the screen:\n${this.text()}`, { cause: error });
    }
  }

  async ended(): Promise<number> {
    await until(() => this.exitCode !== null);
    return this.exitCode ?? -1;
  }
}

export const keys = {
  enter: '\r',
  escape: '\u001b',
  tab: '\t',
  up: '\u001b[A',
  down: '\u001b[B',
  left: '\u001b[D',
  right: '\u001b[C',
  home: '\u001b[H',
  end: '\u001b[F',
  pageUp: '\u001b[5~',
  pageDown: '\u001b[6~',
  space: ' ',
  ctrlC: '\u0003',
  ctrlZ: '\u001a',
  ctrlU: '\u0015',
} as const;
