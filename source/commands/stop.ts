import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from '../errors.ts';
import type { DefineCommand } from './command.ts';

const define: DefineCommand = (command, context) => {
  command.action(async () => {
    const engine = await context.connectIfRunning();
    if (!engine) {
      context.stderr.write('no engine runs\n');
      return;
    }
    const { pid } = await engine.request('stop', {}).catch((error: unknown) => {
      engine.close();
      throw error;
    });
    await engine.closed;
    for (let count = 0; count < 40 && isRunning(pid); count++) await sleep(50);
    context.stdout.write(`stopped the engine (pid ${pid}): nothing is seeded now\n`);
  });
};

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
}

export default define;
