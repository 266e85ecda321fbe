import type { EngineStatus } from '../control/protocol.ts';
import { formatBytes, formatDuration, formatRate } from '../format/units.ts';
import type { DefineCommand } from './command.ts';
import { formatFacts } from './facts.ts';
import { printJson, withEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .option('--json', 'print one object, for programs')
    .action(async (options: { json?: boolean }) => {
      const status = await withEngine(context, (engine) => engine.request('status', {}));
      if (options.json) printJson(context, { ...status, uptime: uptimeOf(status) });
      else context.stdout.write(formatStatus(status));
    });
};

/** Seconds since the engine started. */
function uptimeOf(status: EngineStatus): number {
  return Math.floor((Date.now() - status.startedAt) / 1000);
}

/** The engine's status as text for people. */
export function formatStatus(status: EngineStatus): string {
  const { http, udp, peer } = status;
  return formatFacts([
    [
      'engine',
      `everseed ${status.version}, pid ${status.pid}, up ${formatDuration(uptimeOf(status))}`,
    ],
    ['home', status.home],
    ['tracker, site', `http://${status.publicHost}:${http.port}/ (listens on ${http.host})`],
    ['tracker (UDP)', `${udp.host}:${udp.port}`],
    ['peers', `${peer.host}:${peer.port}`],
    ['publications', String(status.publications)],
    ['connected peers', String(status.peers)],
    ['upload', `${formatRate(status.uploadRate)}, ${formatBytes(status.uploaded)} in all`],
  ]);
}

export default define;
