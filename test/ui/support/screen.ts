import './before-ink.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type MountedDashboard, mountDashboard } from '../../../source/ui/app/mount-dashboard.tsx';
import { createTerminal } from '../../../source/ui/terminal/terminal.ts';
import { FakeClock } from './fake-clock.ts';
import type { FakeEngine } from './fake-engine.ts';
import { FakeStdin, FakeStdout } from './fake-terminal.ts';

interface ScreenOptions {
  columns?: number;
  rows?: number;
  environment?: NodeJS.ProcessEnv;
  cwd?: string;
  screenReader?: boolean;
}

const mounted = new Set<Screen>();

/** A mounted dashboard as a person at a terminal has it: keys in, a screen out. */
export class Screen {
  readonly stdin = new FakeStdin();
  readonly stdout: FakeStdout;
  readonly clock = new FakeClock();
  readonly dashboard: MountedDashboard;
  suspensions = 0;

  constructor(engine: FakeEngine, options: ScreenOptions = {}) {
    this.stdout = new FakeStdout(options.columns ?? 80, options.rows ?? 24);
    const stdin = this.stdin as unknown as NodeJS.ReadStream;
    const stdout = this.stdout as unknown as NodeJS.WriteStream;
    const environment = { LANG: 'C.UTF-8', TERM: 'xterm-256color', ...options.environment };
    this.dashboard = mountDashboard({
      connect: engine.connect,
      connectIfRunning: engine.connectIfRunning,
      stdin,
      stdout,
      environment,
      cwd: options.cwd ?? '/',
      screenReader: options.screenReader ?? false,
      clock: this.clock,
      terminal: createTerminal({
        stdin,
        stdout,
        environment,
        stopProcess: async () => {
          this.suspensions += 1;
        },
      }),
    });
    mounted.add(this);
  }

  text(): string {
    return this.stdout.lines().join('\n');
  }

  /** The first line that contains a text; empty when there is none. */
  line(part: string): string {
    return this.stdout.lines().find((line) => line.includes(part)) ?? '';
  }

  /** Waits until the screen is as the predicate wants it; fails with the screen after a while. */
  async until(predicate: (text: string) => boolean, what = 'the screen'): Promise<void> {
    const deadline = Date.now() + 8000;
    while (!predicate(this.text())) {
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}:\n${this.text()}`);
      await nextTurn();
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  }

  untilShows(...parts: string[]): Promise<void> {
    return this.until((text) => parts.every((part) => text.includes(part)), parts.join(', '));
  }

  untilGone(...parts: string[]): Promise<void> {
    return this.until((text) => !parts.some((part) => text.includes(part)), `no ${parts}`);
  }

  /** What was put on the clipboard (OSC 52), in order. */
  copied(): string[] {
    const sequences = this.stdout.written.split('\u001b]52;c;').slice(1);
    return sequences.map((sequence) =>
      Buffer.from(sequence.split('\u0007')[0] ?? '', 'base64').toString(),
    );
  }

  /** Types bytes as a terminal would send them in one read. */
  type(bytes: string): void {
    this.stdin.write(bytes);
  }

  paste(text: string): void {
    this.type(`\u001b[200~${text}\u001b[201~`);
  }

  /** Waits until what is under way is drawn: Ink draws at most every 34 ms. */
  async settle(): Promise<void> {
    let before = -1;
    while (before !== this.stdout.bytes) {
      before = this.stdout.bytes;
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
  }

  close(): void {
    this.dashboard.leave();
    mounted.delete(this);
  }
}

/** For `afterEach`. */
export function closeScreens(): void {
  for (const screen of [...mounted]) screen.close();
}
