import { formatBytes, formatRate } from '../format/units.ts';
import { commandsForHome } from '../home.ts';
import type { DefineCommand } from './command.ts';
import { formatTable } from './table.ts';
import { printJson, withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .option('--json', 'print an array of objects, for programs')
    .action(async (options: { json?: boolean }) => {
      const publications = await withEngine(context, (engine) => engine.request('list', {}));
      if (options.json) {
        printJson(context, publications);
        return;
      }
      if (publications.length === 0) {
        const sentence = 'nothing is published yet: begin with: everseed publish PATH\n';
        context.stderr.write(commandsForHome(sentence, context.home));
        return;
      }
      const table = formatTable(
        [
          { title: 'ID', align: 'right' },
          { title: 'HEALTH' },
          { title: 'SIZE', align: 'right' },
          { title: 'PEERS', align: 'right' },
          { title: 'SEEDS', align: 'right', minor: true },
          { title: 'LEECHERS', align: 'right', minor: true },
          { title: 'DONE', align: 'right', minor: true },
          { title: 'UP', align: 'right' },
          { title: 'UPLOADED', align: 'right', minor: true },
          { title: 'RATIO', align: 'right', minor: true },
          { title: 'NAME' },
        ],
        publications.map((one) => [
          String(one.id),
          one.health,
          formatBytes(one.size),
          String(one.peers),
          String(one.seeds),
          String(one.leechers),
          String(one.completed),
          formatRate(one.uploadRate),
          formatBytes(one.uploaded),
          one.ratio.toFixed(2),
          one.name,
        ]),
        context.stdout.columns,
      );
      context.stdout.write(table);
    });
};

export default define;
