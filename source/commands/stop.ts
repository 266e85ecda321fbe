import type { DefineCommand } from './command.ts';

const define: DefineCommand = (command, context) => {
  command.action(async () => {
    const engine = await context.connectIfRunning();
    if (!engine) {
      context.stderr.write('no engine runs\n');
      return;
    }
    const { pid } = await engine.request('stop', {});
    await engine.closed;
    context.stdout.write(`stopped the engine (pid ${pid}): nothing is seeded now\n`);
  });
};

export default define;
