import { becomeEngine } from '../client/start-engine.ts';
import type { DefineCommand } from './command.ts';
import { dhtOffText, formatStatus } from './status.ts';
import { withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .option('--foreground', 'keep it in this terminal, for service managers and containers')
    .action(async (options: { foreground?: boolean }) => {
      if (options.foreground) becomeEngine(context.home);
      const { status, dhtProblem } = await withEngine(context, async (engine) => {
        const { dhtProblem = null } = await engine.request('discovery', {});
        return { status: await engine.request('status', {}), dhtProblem };
      });
      context.stdout.write(formatStatus(status));
      if (dhtProblem !== null) context.stderr.write(`the DHT is ${dhtOffText(dhtProblem)}\n`);
    });
};

export default define;
