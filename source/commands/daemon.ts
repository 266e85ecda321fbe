import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { engineArguments } from '../client/start-engine.ts';
import { EverseedError } from '../errors.ts';
import type { CommandContext, DefineCommand } from './command.ts';
import { formatStatus } from './status.ts';
import { withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .option('--foreground', 'keep it in this terminal, for service managers and containers')
    .action(async (options: { foreground?: boolean }) => {
      if (options.foreground) await runInForeground(context);
      else {
        const status = await withEngine(context, (engine) => engine.request('status', {}));
        context.stdout.write(formatStatus(status));
      }
    });
};

async function runInForeground(context: CommandContext): Promise<void> {
  const engine = spawn(process.execPath, [...engineArguments(context.home), '--foreground'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // Ctrl-C reaches the engine by itself, as it is in this terminal; a signal sent to us does not
  context.signal.addEventListener('abort', () => engine.kill('SIGTERM'));
  const [code, signal] = await once(engine, 'exit');
  if (code === 0) return;
  const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
  throw new EverseedError('engine-failed', `the engine ${how}`);
}

export default define;
