import { latencyBounds, protocols, type Requests, sum } from './activity.ts';
import type { Protocol } from './announce.ts';
import type { TrackerReport } from './tracker.ts';

/** What the pages tell. */
export interface TrackerStatus extends TrackerReport {
  version: string;
  /** Since the tracker started. */
  uptimeSeconds: number;
  /** Memory of the whole process. */
  residentBytes: number;
  /** What of it is known to be the tracker's. */
  memory: ThreadMemory;
  /** Browsers that are connected. */
  webSockets: number;
}

/** Memory of the tracker's thread, in bytes. */
export interface ThreadMemory {
  /** What JavaScript has for its objects, and what of it is in use. */
  heapTotal: number;
  heapUsed: number;
  /** Beside it: buffers, and what native code holds for objects. */
  external: number;
  /** The part of that which is buffers, the arrays of the swarms among them. */
  arrayBuffers: number;
}

export interface StatusPage {
  contentType: string;
  /** Made when it is asked for. */
  body(): string;
}

/** Nothing is loaded or run by the page. */
export const contentSecurityPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'";

/**
 * The pages that tell how the tracker does: for people, for programs (with the names that
 * bittorrent-tracker gave them, where it has them), and for Prometheus.
 */
export function createStatusPages(
  status: () => TrackerStatus,
): (path: string) => StatusPage | null {
  const pages: Record<string, StatusPage> = {
    '/stats': { contentType: 'text/html; charset=utf-8', body: () => statsPage(status()) },
    '/stats.json': {
      contentType: 'application/json',
      body: () => `${JSON.stringify(statsJson(status()), null, 2)}\n`,
    },
    '/metrics': {
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      body: () => metricsText(status()),
    },
  };
  return (path) => (Object.hasOwn(pages, path) ? (pages[path] ?? null) : null);
}

function statsJson(status: TrackerStatus) {
  const { held } = status;
  return {
    version: status.version,
    uptime: Math.floor(status.uptimeSeconds),
    torrents: held.known,
    activeTorrents: held.swarms,
    peersAll: held.peers + held.peers6 - held.twins + held.guests,
    peersIPv4: held.peers,
    peersIPv6: held.peers6,
    peersWebSocket: held.guests,
    interval: Math.round(status.interval),
    memory: status.residentBytes,
    memoryOfThread: status.memory,
    protocols: status.protocols,
    totals: status.totals,
  };
}

/** All of it is numbers, and text of ours: nothing that a stranger said. */
function statsPage(status: TrackerStatus): string {
  const { held } = status;
  const facts: [string, string | number][] = [
    ['Info hashes published', status.publications],
    ['Swarms with peers', held.swarms],
    ['Peers, IPv4', held.peers],
    ['Peers, IPv6', held.peers6],
    ['Peers, browsers', held.guests],
    ['Browsers connected', status.webSockets],
    ['Interval', `${Math.round(status.interval)} s`],
    ['Memory', `${Math.round(status.residentBytes / 2 ** 20)} MiB`],
    ['Up', `${Math.floor(status.uptimeSeconds)} s`],
  ];
  const rows = protocols.map((protocol) => {
    const { announceRate, ...requests } = status.protocols[protocol];
    return tableRow(protocol, [announceRate.toFixed(1), ...countsOf(requests)]);
  });
  const totalRows = protocols.map((protocol) =>
    tableRow(protocol, ['', ...countsOf(status.totals[protocol])]),
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>everseed tracker</title></head>
<body>
<h1>everseed tracker</h1>
<dl>
${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('\n')}
</dl>
<table>
<tr><th></th><th>announces/s</th><th>announces</th><th>scrapes</th><th>refused</th><th>malformed</th><th>limited</th></tr>
${rows.join('\n')}
<tr><th colspan="7">since the first start</th></tr>
${totalRows.join('\n')}
</table>
</body>
</html>
`;
}

function countsOf({ announces, scrapes, outcomes }: Requests): number[] {
  return [sum(announces), scrapes, outcomes.refused, outcomes.malformed, outcomes.limited];
}

function tableRow(title: string, cells: readonly (string | number)[]): string {
  return `<tr><th>${title}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** In Prometheus' text format. Labels are of fixed sets. */
function metricsText(status: TrackerStatus): string {
  const { held, latency } = status;
  const perProtocol = protocols.map((protocol) => ({ protocol, ...status.protocols[protocol] }));
  return [
    metric(
      'everseed_tracker_announces_total',
      'counter',
      'Announces by kind and outcome.',
      perProtocol.flatMap(({ protocol, announces, refusedAnnounces }) => [
        ...eventSamples(protocol, 'answered', announces),
        ...eventSamples(protocol, 'refused', refusedAnnounces),
      ]),
    ),
    metric(
      'everseed_tracker_scrapes_total',
      'counter',
      'Scrapes answered.',
      perProtocol.map(({ protocol, scrapes }): Sample => [{ protocol }, scrapes]),
    ),
    metric(
      'everseed_tracker_requests_total',
      'counter',
      'Requests by what became of them.',
      perProtocol.flatMap(({ protocol, outcomes }) =>
        Object.entries(outcomes).map(([outcome, count]): Sample => [{ protocol, outcome }, count]),
      ),
    ),
    metric('everseed_tracker_udp_connects_total', 'counter', 'Connection ids given out.', [
      [{}, status.connectionIds.issued],
    ]),
    metric(
      'everseed_tracker_udp_bad_connection_ids_total',
      'counter',
      'Requests with a connection id that is not good.',
      [[{}, status.connectionIds.rejected]],
    ),
    metric(
      'everseed_tracker_http_errors_total',
      'counter',
      'Requests over HTTP answered with an error.',
      status.httpErrors.map(([code, count]): Sample => [{ code: String(code) }, count]),
    ),
    metric('everseed_tracker_publications', 'gauge', 'Info hashes published here.', [
      [{}, status.publications],
    ]),
    metric('everseed_tracker_swarms', 'gauge', 'Swarms that have peers.', [[{}, held.swarms]]),
    metric('everseed_tracker_peers', 'gauge', 'Peers held.', [
      [{ family: 'ipv4' }, held.peers],
      [{ family: 'ipv6' }, held.peers6],
      [{ family: 'websocket' }, held.guests],
    ]),
    metric('everseed_tracker_interval_seconds', 'gauge', 'Interval peers are asked for.', [
      [{}, status.interval],
    ]),
    histogram('everseed_tracker_announce_seconds', 'Making of answers, every 16th.', latency),
    metric('everseed_process_resident_bytes', 'gauge', 'Memory of the process.', [
      [{}, status.residentBytes],
    ]),
    metric('everseed_tracker_memory_bytes', 'gauge', 'Memory of its thread, by kind.', [
      [{ kind: 'heap' }, status.memory.heapTotal],
      [{ kind: 'heap_used' }, status.memory.heapUsed],
      [{ kind: 'external' }, status.memory.external],
      [{ kind: 'array_buffers' }, status.memory.arrayBuffers],
    ]),
    metric('everseed_tracker_uptime_seconds', 'gauge', 'Time since the start.', [
      [{}, status.uptimeSeconds],
    ]),
  ].join('');
}

function eventSamples(
  protocol: Protocol,
  outcome: string,
  announces: Requests['announces'],
): Sample[] {
  return Object.entries(announces).map(([event, count]) => [{ protocol, event, outcome }, count]);
}

type Sample = [labels: Record<string, string>, value: number];

function metric(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function histogram(name: string, help: string, latency: TrackerStatus['latency']): string {
  let count = 0;
  const buckets = latency.counts.map((inBucket, index) => {
    count += inBucket;
    return `${name}_bucket${labelText({ le: String(latencyBounds[index] ?? '+Inf') })} ${count}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} histogram\n${buckets.join('')}${name}_sum ${latency.seconds}\n${name}_count ${count}\n`;
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
