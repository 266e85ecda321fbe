import { render } from 'ink';
import { commandContext } from '../keys/handle-input.ts';
import { type Announcer, createAnnouncer } from '../reader/announcer.ts';
import { readDashboard, readScreen } from '../reader/read-dashboard.ts';
import type { Clock } from '../state/clock.ts';
import type { Size } from '../state/ui-state.ts';
import { createSpokenLines } from '../terminal/spoken-lines.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { InputRoot } from './InputRoot.tsx';
import type { Medium } from './medium.ts';

interface SpokenOptions {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  terminal: Terminal;
  clock: Clock;
}

/** Lines are as long as they are, and a page of them is what is gone through at once. */
const page: Size = { columns: Number.MAX_SAFE_INTEGER, rows: 24 };

const greeting =
  'everseed, for a screen reader. ? lists the keys, Ctrl-L tells all of a view, q leaves.';

/**
 * Lines of text, added as things change. Ink has its own mode for screen readers, but writes the
 * whole frame again whenever something in it changes: here it only hears keys.
 */
export function spokenMedium({ stdin, stdout, terminal, clock }: SpokenOptions): Medium {
  let announcer: Announcer | null = null;
  const whileSilent = (task: () => Promise<void>) => announcer?.whileSilent(task) ?? task();
  return {
    size: page,
    terminal: {
      ...terminal,
      showText: (text) => whileSilent(() => terminal.showText(text)),
      suspend: () => whileSilent(() => terminal.suspend()),
      repaint: async () => announcer?.sayAll(),
    },
    scrollEnd: (seen) => (readScreen({ ...seen, now: clock.now() }).page?.count ?? 1) - 1,
    show(services, actions, input) {
      const look = () => readDashboard({ ...commandContext(services, actions), now: clock.now() });
      const instance = render(<InputRoot input={input} terminal={terminal} />, {
        stdin,
        stdout,
        exitOnCtrlC: false,
        interactive: true,
        isScreenReaderEnabled: true,
      });
      const told = createAnnouncer({
        stores: [services.ui, services.engine],
        look,
        lines: createSpokenLines(stdout),
        clock,
        greeting,
      });
      announcer = told;
      const ended = instance.waitUntilExit().then(() => undefined);
      return { ended, stop: told.stop, unmount: () => instance.unmount() };
    },
  };
}
