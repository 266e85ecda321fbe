import { resolve } from 'node:path';
import { stripControls } from '../format/terminal-text.ts';
import type { DefineCommand } from './command.ts';
import { publishedJson } from './published.ts';
import { runVerifyJob } from './verify-job.ts';
import { withEngine } from './with-engine.ts';

interface Flags {
  verify?: boolean;
  json?: boolean;
}

/** `everseed move`: serves a publication from where its data is now. Moves no data itself. */
const define: DefineCommand = (command, context) => {
  command
    .argument('<id>', 'its number, the beginning of its info hash, or its name')
    .argument('<path>', 'where its data is now, or the folder that holds it by its name')
    .option('--verify', 'compare files whose modification time is not what it was')
    .option('--json', 'print one object, for programs')
    .action(async (id: string, to: string, { verify = false, json }: Flags) => {
      const path = resolve(context.cwd, to);
      const moved = await withEngine(context, (engine) =>
        runVerifyJob(context, engine, (job) => engine.request('move', { job, id, path, verify })),
      );
      const text = `${moved.id}  ${stripControls(moved.name)} is served from ${stripControls(moved.path)}\n`;
      context.stdout.write(json ? publishedJson(moved) : text);
    });
};

export default define;
