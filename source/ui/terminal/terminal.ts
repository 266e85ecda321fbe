import { spawn } from 'node:child_process';
import { clipboardSequence } from './osc52.ts';

/** The part of Ink that gives the terminal away for a while and takes it back. */
export type GiveAwayTerminal = (whileAway: () => Promise<void>) => Promise<void>;

/** The terminal as the dashboard uses it beside Ink's frames; tests hand in their own. */
export interface Terminal {
  /** Asks the terminal to put a text on the clipboard. Terminals do not answer whether they did. */
  copy(text: string): void;
  /** Leaves the dashboard's screen, prints plain text, waits for a key and comes back. */
  showText(text: string): Promise<void>;
  /** Stops the process as Ctrl-Z does in any other program; repaints when it goes on. */
  suspend(): Promise<void>;
  /** Draws everything anew, for when the terminal has lost what was on it. */
  repaint(): Promise<void>;
  /** Told by the mounted app how to give the terminal away; null when it is unmounted. */
  lend(giveAway: GiveAwayTerminal | null): void;
}

interface TerminalOptions {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  environment: NodeJS.ProcessEnv;
  /** Stops the process group; returns when it was continued. */
  stopProcess?: () => Promise<void>;
}

export function createTerminal(options: TerminalOptions): Terminal {
  const { stdin, stdout, environment, stopProcess = stopProcessGroup } = options;
  let giveAway: GiveAwayTerminal | null = null;
  let isAway = false;

  async function whileAway(task: () => Promise<void>): Promise<void> {
    if (!giveAway || isAway) return;
    isAway = true;
    try {
      await giveAway(async () => {
        await task();
        // The cursor keeps its column on the way back: a frame begun elsewhere would wrap.
        stdout.write('\r');
      });
    } finally {
      isAway = false;
    }
  }

  return {
    copy(text) {
      // Not through Ink's useStdout(): that erases and repaints the whole frame.
      stdout.write(clipboardSequence(text, environment));
      if (environment['TMUX']) copyByTmux(text);
    },
    showText: (text) =>
      whileAway(async () => {
        stdout.write(`\r\n${text}\r\n\r\nPress any key to go back. `);
        await keyPressed(stdin);
        stdout.write('\r\n');
      }),
    suspend: () => whileAway(stopProcess),
    repaint: () => whileAway(async () => undefined),
    lend(next) {
      giveAway = next;
    },
  };
}

/**
 * Unless it is told to, tmux takes no clipboard from the programs in it. But it takes one from its
 * own command, and passes it on to the terminal it is in. Older ones do not know `-w`.
 */
function copyByTmux(text: string): void {
  const tmux = spawn('tmux', ['load-buffer', '-w', '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
  // then OSC 52 alone has to do
  tmux.on('error', () => undefined);
  tmux.stdin.on('error', () => undefined);
  tmux.stdin.end(text);
}

/** Any key: also those that would mean something elsewhere, such as Escape or Ctrl-C. */
async function keyPressed(stdin: NodeJS.ReadStream): Promise<void> {
  stdin.setRawMode?.(true);
  stdin.ref?.();
  await new Promise<void>((resolve) => {
    const onReadable = () => {
      if (stdin.read() !== null) finish();
    };
    const finish = () => {
      stdin.off('readable', onReadable);
      stdin.off('end', finish);
      resolve();
    };
    stdin.on('readable', onReadable);
    stdin.on('end', finish);
  });
  stdin.setRawMode?.(false);
}

/**
 * The whole group, as the terminal driver does for Ctrl-Z, so that an `npm start` around us stops
 * too. A group nobody could continue is not stopped by the kernel, hence SIGTSTP, not SIGSTOP.
 */
async function stopProcessGroup(): Promise<void> {
  process.kill(0, 'SIGTSTP');
  // The stop may come a moment after kill() returned; a timer cannot fire while stopped.
  await new Promise((resolve) => setTimeout(resolve, 50));
}
