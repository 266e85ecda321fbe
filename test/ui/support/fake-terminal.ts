import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';

/** The input side of a terminal: what is pushed is typed. */
export class FakeStdin extends PassThrough {
  isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** The output side: counts the bytes, and an emulator shows what a person would see. */
export class FakeStdout extends Writable {
  isTTY = true;
  columns: number;
  rows: number;
  bytes = 0;
  written = '';
  readonly emulator: xterm.Terminal;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    const text = typeof chunk === 'string' ? chunk : chunk.toString('utf8');
    this.bytes += Buffer.byteLength(text);
    this.written += text;
    // A terminal in its usual mode starts a new line at the first column.
    this.emulator.write(text.replace(/\r?\n/g, '\r\n'), done);
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emulator.resize(columns, rows);
    this.emit('resize');
  }

  /** The screen as lines, without the spaces at their ends. */
  lines(): string[] {
    const { active } = this.emulator.buffer;
    return Array.from(
      { length: this.rows },
      (_, row) =>
        active.getLine(active.viewportY + row)?.translateToString(true, 0, this.columns) ?? '',
    );
  }

  get isAlternate(): boolean {
    return this.emulator.buffer.active.type === 'alternate';
  }

  /** The cells of a row, for looking at their colours and styles. */
  cells(row: number): xterm.IBufferCell[] {
    const { active } = this.emulator.buffer;
    const line = active.getLine(active.viewportY + row);
    return Array.from({ length: this.columns }, (_, column) => line?.getCell(column)).filter(
      (cell) => cell !== undefined,
    );
  }
}
