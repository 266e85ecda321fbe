import { becomeEngine } from '../client/start-engine.ts';
import type { DefineCommand } from './command.ts';
import { formatStatus } from './status.ts';
import { withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .option('--foreground', 'keep it in this terminal, for service managers and containers')
    .action(async (options: { foreground?: boolean }) => {
      if (options.foreground) becomeEngine(context.home);
      const status = await withEngine(context, (engine) => engine.request('status', {}));
      context.stdout.write(formatStatus(status));
    });
};

export default define;
