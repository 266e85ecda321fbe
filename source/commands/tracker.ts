import { isIPv4, isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { becomeEngine } from '../client/start-engine.ts';
import type { DefineCommand } from './command.ts';
import defineBep34 from './tracker/bep34.ts';
import defineKeys from './tracker/keys.ts';
import defineStats from './tracker/stats.ts';

interface RunOptions {
  port?: number;
  httpPort?: number;
  udpPort?: number;
  bind?: string;
  bind6?: string;
  open?: boolean;
  allow?: string;
  deny?: string;
  stats?: string;
  statsFor?: string[];
}

/** `everseed tracker`: the tracker alone, in this terminal; and what there is to know of it. */
const defineTracker: DefineCommand = (command, context) => {
  command
    .description('run the tracker alone, without seeder and site, in this terminal')
    .option('--port <port>', 'TCP and UDP port; 0: any free one', readPort)
    .option('--http-port <port>', 'TCP port alone', readPort)
    .option('--udp-port <port>', 'UDP port alone', readPort)
    .option('--bind <address>', 'IPv4 address to listen on', readIpv4)
    .option('--bind6 <address>', 'IPv6 address to listen on besides', readIpv6)
    .option('--open', 'track whatever is announced')
    .option('--allow <file>', 'track the info hashes in this file, too')
    .option('--deny <file>', 'do not track the info hashes in this file')
    .addOption(
      new Option('--stats <who>', 'who may see /stats, /stats.json and /metrics').choices([
        'nobody',
        'local',
        'everybody',
      ]),
    )
    .option('--stats-for <addresses>', 'who may see them besides: ADDRESS,10.0.0.0/8,...', readList)
    .action((options: RunOptions) => {
      const settings = JSON.stringify(settingsOf(options, context.cwd));
      becomeEngine(context.home, ['--tracker-only', '--settings', settings]);
    });
  defineKeys(command.command('keys'), context);
  defineStats(command.command('stats'), context);
  defineBep34(command.command('bep34'), context);
};

/** The settings of this run: those that an option names. */
function settingsOf(options: RunOptions, cwd: string): object {
  const { port, httpPort = port, udpPort = port, bind, bind6, allow, deny } = options;
  const section = (values: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return section({
    bind,
    bind6,
    http: section({ port: httpPort }),
    udp: section({ port: udpPort }),
    tracker: section({
      open: options.open,
      stats: options.stats,
      statsFor: options.statsFor,
      allowList: allow === undefined ? undefined : resolve(cwd, allow),
      denyList: deny === undefined ? undefined : resolve(cwd, deny),
    }),
  });
}

function readPort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return port;
}

function readIpv4(text: string): string {
  if (!isIPv4(text)) throw new InvalidArgumentError('that is no IPv4 address');
  return text;
}

function readIpv6(text: string): string {
  if (!isIPv6(text)) throw new InvalidArgumentError('that is no IPv6 address');
  return text;
}

function readList(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

export default defineTracker;
