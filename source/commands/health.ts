import { stripControls } from '../format/terminal-text.ts';
import type { DefineCommand } from './command.ts';
import { formatHealth } from './health-text.ts';
import { printJson, withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .argument('[id]', 'one publication; all of them when left out')
    .option('--json', 'print an array of objects, for programs')
    .action(async (id: string | undefined, options: { json?: boolean }) => {
      const reports = await withEngine(context, (engine) =>
        engine.request('health', id === undefined ? {} : { id }),
      );
      if (options.json) {
        printJson(context, reports);
        return;
      }
      if (reports.length === 0) context.stderr.write('nothing is published yet\n');
      for (const report of reports) {
        const title = `${report.id}  ${stripControls(report.name)}`;
        context.stdout.write(`${title}\n${formatHealth(report.health, report.reasons)}`);
      }
    });
};

export default define;
