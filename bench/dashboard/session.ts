import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const limitMs = 20_000;

/** Ticks of /proc/PID/stat, which Linux counts in hundredths of a second for every program. */
const ticksPerSecond = 100;

/** The built dashboard in a pseudo-terminal of 120x40, and what its user sees. */
export class Session implements AsyncDisposable {
  readonly #screen = new xterm.Terminal({ cols: 120, rows: 40, allowProposedApi: true });
  readonly #process: ReturnType<typeof spawn>;
  readonly #ended: Promise<void>;
  #waiting: { predicate(text: string): boolean; resolve(at: number): void } | null = null;
  bytes = 0;
  written = '';

  constructor(home: string) {
    const { CI: _ci, NO_COLOR: _noColor, ...environment } = process.env;
    this.#process = spawn(process.execPath, [cli, '--home', home], {
      name: 'xterm-256color',
      cols: 120,
      rows: 40,
      env: { ...environment, LANG: 'C.UTF-8' },
    });
    this.#process.onData((data) => {
      const at = performance.now();
      this.bytes += Buffer.byteLength(data);
      this.written += data;
      this.#screen.write(data, () => this.#look(at));
    });
    this.#ended = new Promise((resolve) => this.#process.onExit(() => resolve()));
  }

  text(): string {
    const { active } = this.#screen.buffer;
    return Array.from(
      { length: 40 },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    ).join('\n');
  }

  press(keys: string): void {
    this.#process.write(keys);
  }

  /** Milliseconds from now until what came last made the screen so. */
  async until(predicate: (text: string) => boolean): Promise<number> {
    const began = performance.now();
    if (predicate(this.text())) return 0;
    const at = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited in vain:\n${this.text()}`)), limitMs);
      this.#waiting = {
        predicate,
        resolve: (when) => {
          clearTimeout(timer);
          resolve(when);
        },
      };
    });
    return at - began;
  }

  /** Processor time it has had, in milliseconds; 0 without /proc to tell. */
  cpuMs(): number {
    try {
      // After the name, which is in brackets: the 12th and 13th field are user and system time.
      const stat = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8');
      const fields = stat.replace(/^.*\) /s, '').split(' ');
      return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1000;
    } catch (error) {
      if (process.platform === 'linux') throw error;
      return 0;
    }
  }

  /** What it has written since this was called last. */
  takeWritten(): string {
    const { written } = this;
    this.written = '';
    return written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.press('\u0003');
    await this.#ended;
  }

  #look(at: number): void {
    const waiting = this.#waiting;
    if (!waiting?.predicate(this.text())) return;
    this.#waiting = null;
    waiting.resolve(at);
  }
}
