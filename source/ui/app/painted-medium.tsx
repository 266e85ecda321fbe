import { render } from 'ink';
import type { DashboardLinks } from '../hooks/use-dashboard.ts';
import { commandContext } from '../keys/handle-input.ts';
import { scrollEnd } from '../keys/scroll-end.ts';
import type { Size } from '../state/ui-state.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { watchWindow } from '../terminal/watch-window.ts';
import { chooseTheme } from '../theme/theme.ts';
import { App } from './App.tsx';
import type { Medium } from './medium.ts';

interface PaintOptions {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
  environment: NodeJS.ProcessEnv;
  terminal: Terminal;
}

/** The whole screen of the terminal, painted by Ink. */
export function paintedMedium({ stdin, stdout, environment, terminal }: PaintOptions): Medium {
  return {
    size: sizeOf(stdout),
    terminal,
    scrollEnd,
    show(services, actions, input) {
      const { ui, engine, clock } = services;
      const links: DashboardLinks = {
        ui,
        engine,
        terminal,
        input,
        commandContext: () => commandContext(services, actions),
        now: clock.now,
      };
      const app = (
        <App links={links} themeFor={(preferences) => chooseTheme(environment, preferences)} />
      );
      // Ahead of Ink's own listener, and rendered at once: Ink would first draw the frame of the old
      // size onto the new screen.
      const onResize = () => {
        ui.dispatch({ type: 'resize', size: sizeOf(stdout) });
        instance.rerender(app);
      };
      const stop = watchWindow(stdout, {
        resized: onResize,
        disturbed: () => void terminal.repaint().catch(actions.complain),
      });
      const instance = render(app, {
        stdin,
        stdout,
        alternateScreen: true,
        incrementalRendering: true,
        exitOnCtrlC: false,
        interactive: true,
      });
      const ended = instance.waitUntilExit().then(() => undefined);
      return { ended, stop, unmount: () => instance.unmount() };
    },
  };
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): Size {
  // A terminal that does not tell its size reports zeros.
  return { columns: columns || 80, rows: rows || 24 };
}
