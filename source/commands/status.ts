import type { DhtStatus, DiscoveryStatus, PortMappingStatus } from '../control/discovery.ts';
import type { EngineStatus, ListenEndpoint, Reachability } from '../control/engine.ts';
import { nodeText } from '../format/option-text.ts';
import { formatBytes, formatDuration, formatRate } from '../format/units.ts';
import type { DefineCommand } from './command.ts';
import { formatFacts } from './facts.ts';
import { printJson, withRunningEngine } from './with-engine.ts';

const define: DefineCommand = (command, context) => {
  command
    .option('--json', 'print one object, for programs')
    .action(async (options: { json?: boolean }) => {
      const { status, discovery } = await withRunningEngine(context, async (engine) => ({
        status: await engine.request('status', {}),
        discovery: await engine.request('discovery', {}),
      }));
      if (options.json) printJson(context, { ...status, uptime: uptimeOf(status), discovery });
      else context.stdout.write(formatStatus(status, discovery));
    });
};

function reachFacts({ state, reachedAt }: Reachability): [string, string][] {
  const words: Record<Reachability['state'], string> = {
    closed: 'no: the peer port accepts nobody',
    open: 'yes',
    mapped: 'probably: the router passes the peer port on, and nobody has come yet',
    'not-mapped': 'not known: the router does not pass the peer port on, and nobody has come yet',
    unknown: 'not known: nobody has come yet',
  };
  const when = reachedAt === null ? '' : `, last ${formatDuration(secondsSince(reachedAt))} ago`;
  return [['reached from outside', `${words[state]}${when}`]];
}

function discoveryFacts(discovery: DiscoveryStatus): [string, string][] {
  const { externalIpv4, externalIpv6, dht, dhtProblem = null, portMapping } = discovery;
  const external = [externalIpv4, externalIpv6].filter((address) => address !== null);
  return [
    ['seen from outside', external.join(', ') || 'not known'],
    [
      'DHT',
      dht
        ? `port ${dht.port} (UDP), ${dht.nodes} nodes, ${dht.announced} of ${dht.of} info hashes announced in the last half hour${roundText(dht)}`
        : dhtOffText(dhtProblem),
    ],
    ['router', portMapping ? routerText(portMapping) : 'not asked'],
  ];
}

/** That there is no DHT, and why, if it should be there. */
export function dhtOffText(problem: string | null): string {
  return problem === null ? 'off' : `off: ${problem}`;
}

/** That announcing all takes longer than nodes remember, if so. */
function roundText({ roundMs = 0 }: DhtStatus): string {
  const minutes = Math.round(roundMs / 60_000);
  return minutes > 30 ? `; all of them take ${minutes} minutes` : '';
}

function routerText({ router, mapped, problem }: PortMappingStatus): string {
  if (!router) return 'none that maps ports';
  const ports = mapped.map(({ protocol, port }) => `${protocol.toUpperCase()} ${port}`);
  const passesOn = `passes on ${ports.join(', ') || 'nothing'} (${router})`;
  return problem === null ? passesOn : `${passesOn}; ${problem}`;
}

/** Seconds since the engine started. */
function uptimeOf(status: EngineStatus): number {
  return secondsSince(status.startedAt);
}

function secondsSince(time: number): number {
  return Math.floor((Date.now() - time) / 1000);
}

/** The addresses it listens at, as in URLs. */
function hostsOf({ host, host6 }: ListenEndpoint): string[] {
  return host6 === undefined ? [host] : [host, `[${host6}]`];
}

function portsOf(endpoint: ListenEndpoint): string {
  return hostsOf(endpoint)
    .map((host) => `${host}:${endpoint.port}`)
    .join(' and ');
}

/** The engine's status as text for people, with how it is found if that was asked for. */
export function formatStatus(status: EngineStatus, discovery?: DiscoveryStatus): string {
  const { http, udp, peer } = status;
  return formatFacts([
    [
      'engine',
      `everseed ${status.version}, pid ${status.pid}, up ${formatDuration(uptimeOf(status))}`,
    ],
    ['home', status.home],
    [
      'tracker, site',
      `http://${nodeText({ host: status.publicHost, port: http.port })}/ (listens on ${hostsOf(http).join(' and ')})`,
    ],
    ['tracker (UDP)', portsOf(udp)],
    ['peers', portsOf(peer)],
    ...(status.reachability ? reachFacts(status.reachability) : []),
    ...(discovery ? discoveryFacts(discovery) : []),
    ['publications', String(status.publications)],
    ['connected peers', String(status.peers)],
    ['upload', `${formatRate(status.uploadRate)}, ${formatBytes(status.uploaded)} in all`],
  ]);
}

export default define;
