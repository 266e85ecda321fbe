import type { TrackerSummary } from '../../../source/control/discovery.ts';
import type {
  EngineEvent,
  HistoryRange,
  HistoryReport,
  SettingSummary,
} from '../../../source/control/engine.ts';
import type {
  HealthState,
  PeerSummary,
  PublicationSummary,
  VerifyReport,
} from '../../../source/control/publications.ts';
import type { PublishProgress } from '../../../source/control/publishing.ts';
import type { TrackerStats } from '../../../source/control/tracker.ts';

const mebibyte = 1024 ** 2;

/** A publication with believable numbers made from its id. */
export function publication(
  id: number,
  changes: Partial<PublicationSummary> = {},
): PublicationSummary {
  const size = changes.size ?? (id * 37 + 11) * 17 * mebibyte;
  const uploaded = Math.round(size * ((id % 7) * 0.83));
  return {
    id,
    infoHash: id.toString(16).padStart(4, '0').repeat(10),
    infoHashV2: null,
    name: `publication-${id}.iso`,
    size,
    state: 'seeding',
    health: 'healthy',
    peers: id % 9,
    seeds: id % 5,
    leechers: id % 4,
    completed: id * 3,
    uploaded,
    ratio: uploaded / size,
    uploadRate: (id % 3) * 1.7 * mebibyte,
    createdAt: Date.UTC(2026, 0, 1) - id * 1000,
    ...changes,
  };
}

const named: [string, HealthState][] = [
  ['debian-12.7.0-amd64-netinst.iso', 'healthy'],
  ['archlinux-2026.01.01-x86_64.iso', 'healthy'],
  ['Big Buck Bunny (4K, 60 fps)', 'sole-seed'],
  ['日本語のアーカイブ.tar.zst', 'at-risk'],
  ['planet-osm-2026-01.pbf', 'degraded'],
  ['family-photos-2019', 'paused'],
  ['e\u0301te\u0301 a\u0300 la mer.flac', 'unreachable'],
  ['old-dataset.csv.gz', 'dead'],
];

/** A small collection with every health state, wide and combining characters. */
export function collection(): PublicationSummary[] {
  return named.map(([name, health], index) =>
    publication(index + 1, {
      name,
      health,
      state: health === 'paused' ? 'paused' : 'seeding',
      ...(health === 'paused' || health === 'dead' ? { peers: 0, uploadRate: 0 } : {}),
    }),
  );
}

export function peer(index: number, changes: Partial<PeerSummary> = {}): PeerSummary {
  const clients = ['qBittorrent 4.6.2', 'Transmission 3.00', 'libtorrent 2.0.9', 'WebTorrent 2.4'];
  return {
    address: `198.51.100.${index + 1}:${51413 + index}`,
    client: clients[index % clients.length] ?? '',
    progress: ((index * 29) % 101) / 100,
    uploadRate: index % 3 === 2 ? 0 : (index + 1) * 0.4 * mebibyte,
    uploaded: (index + 1) * 12 * mebibyte,
    interested: index % 4 !== 3,
    choked: index % 3 === 2,
    source: 'incoming',
    encrypted: false,
    secondsLeft: null,
    connectedAt: 0,
    ...changes,
  };
}

export function progress(changes: Partial<PublishProgress> = {}): PublishProgress {
  return {
    job: 'job-1',
    path: '/srv/debian-12.7.0-amd64-netinst.iso',
    phase: 'hashing',
    hashedBytes: 340 * mebibyte,
    totalBytes: 631 * mebibyte,
    rate: 412 * mebibyte,
    hashedFiles: 0,
    totalFiles: 1,
    secondsLeft: 1,
    error: null,
    ...changes,
  };
}

/** A history of 100 steps that ends with these rates, each with a peer for every 1000 bytes. */
export function history(range: HistoryRange, rates: readonly number[]): HistoryReport {
  const uploadRate = [...new Array<number>(100 - rates.length).fill(0), ...rates];
  const peers = uploadRate.map((rate) => Math.ceil(rate / 1000));
  return { range, from: 0, stepMs: 2000, uploadRate, peers };
}

export function event(id: number, changes: Partial<EngineEvent> = {}): EngineEvent {
  return {
    id,
    at: Date.UTC(2026, 0, 2, 3, 0, id),
    publication: 1,
    level: 'info',
    text: `event number ${id}`,
    askedBy: null,
    ...changes,
  };
}

export function tracker(changes: Partial<TrackerSummary> = {}): TrackerSummary {
  return {
    url: 'udp://tracker.example.net:1337/announce',
    tier: 0,
    state: 'working',
    lastAnnounce: null,
    nextAnnounce: null,
    message: null,
    seeds: null,
    leechers: null,
    ...changes,
  };
}

/** A few settings of each kind. */
export function settings(): SettingSummary[] {
  const setting = (
    key: string,
    value: string,
    allowed: string,
    choices: readonly string[] = [],
  ): SettingSummary => ({
    key,
    meaning: `What ${key} means, in a sentence that is as long as such a sentence usually is.`,
    allowed,
    choices,
    value,
    default: value,
    isLive: key.startsWith('dashboard.'),
    afterRestart: false,
  });
  return [
    setting('publicHost', '', 'a host name or an address, or nothing'),
    setting('http.port', '6969', 'a whole number from 0 to 65535'),
    setting('tracker.bothFamilies', 'true', 'true or false', ['true', 'false']),
    setting('dashboard.theme', 'auto', 'auto, dark, light or mono', [
      'auto',
      'dark',
      'light',
      'mono',
    ]),
    setting('dashboard.glyphs', 'auto', 'auto, unicode or ascii', ['auto', 'unicode', 'ascii']),
    setting('dashboard.keys', '', 'a list of COMMAND=KEY'),
  ];
}

/** What verifying a publication of 100 pieces comes to. */
export function verifyReport(
  { id, infoHash, infoHashV2, name }: PublicationSummary,
  wrong: number,
): VerifyReport {
  return {
    ...{ id, infoHash, infoHashV2, name, wrong },
    path: `/srv/${name}`,
    verifiedAt: 0,
    whole: wrong === 0,
    pieces: 100,
    goodPieces: 100 - wrong,
    missing: 0,
    wrongPieces: [],
    missingPieces: [],
    files: 1,
    bad: Math.min(wrong, 1),
    badFiles: [],
  };
}

/** What a tracker tells that was asked by each protocol, and of these publications. */
export function trackerStats(publications: readonly PublicationSummary[]): TrackerStats {
  const asked = { announceRate: 2.5, announces: 1200, scrapes: 30, answered: 1230 };
  const refusals = { refused: 7, malformed: 0, limited: 1 };
  const none = { announceRate: 0, announces: 0, scrapes: 0, answered: 0 };
  const swarms = publications.filter(({ seeds, leechers }) => seeds + leechers);
  return {
    uptime: 7200,
    publications: publications.length,
    swarms: swarms.length,
    peers: { ipv4: 90, ipv6: 9, websocket: 1 },
    interval: 1800,
    protocols: {
      http: { ...asked, ...refusals },
      udp: { ...asked, ...refusals },
      websocket: { ...none, ...refusals },
    },
    largest: swarms
      .sort((a, b) => b.seeds + b.leechers - a.seeds - a.leechers)
      .map(({ infoHash, name, seeds, leechers, completed }) => ({
        infoHash: infoHash ?? '',
        name,
        seeds,
        leechers,
        completed,
      })),
  };
}
