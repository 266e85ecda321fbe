import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const KiB = 1024;
const MiB = 1024 * KiB;

export type ClientName =
  | 'aria2'
  | 'libtorrent'
  | 'qbittorrent'
  | 'rtorrent'
  | 'transmission'
  | 'webtorrent';

/** A real client that downloads while the pictures are drawn. */
export interface Downloader {
  client: ClientName;
  address: string;
  /** Bytes per second it takes at most. */
  speed: number;
  /** Which of the tracker's doors it announces at; HTTP unless told. */
  way?: 'http' | 'http6' | 'udp' | 'udp6' | 'websocket';
  /** Speaks to nobody in plaintext. */
  encrypted?: boolean;
  /** It cannot connect to the everseed, which has to come to it. */
  waits?: boolean;
}

/** Something to publish, and what has become of it since. */
export interface Exhibit {
  name: string;
  /** Of `publish`. */
  flags: readonly string[];
  /** Paths below the folder of all content, and bytes. */
  files: { path: string; size: number }[];
  /** How many times its size was sent. */
  sent: number;
  /** Downloads that were completed, and those of them who still seed. */
  completed: number;
  seeds: number;
  downloaders: Downloader[];
  /**
   * What happened to it: `eventful` was without a file for a while, was paused, and is limited.
   */
  fate: 'served' | 'paused' | 'incomplete' | 'changed' | 'eventful';
}

type Story = Partial<Omit<Exhibit, 'name' | 'files'>>;

function exhibit(name: string, files: Exhibit['files'], story: Story = {}): Exhibit {
  return {
    name,
    files,
    flags: [],
    sent: 0,
    completed: 0,
    seeds: 0,
    downloaders: [],
    fate: 'served',
    ...story,
  };
}

function file(name: string, size: number, story?: Story): Exhibit {
  return exhibit(name, [{ path: name, size }], story);
}

/** A folder of `count` files of about `size` bytes each. */
function folder(
  name: string,
  [prefix, extension]: [string, string],
  [count, size]: [number, number],
  story?: Story,
): Exhibit {
  const files = Array.from({ length: count }, (_, index) => ({
    path: join(name, `${prefix}${String(index + 1).padStart(2, '0')}${extension}`),
    size: size + ((index * 7_919_011) % (size >> 2)),
  }));
  return exhibit(name, files, story);
}

/** What is published before the dashboard is opened, the oldest first. */
export const exhibits: readonly Exhibit[] = [
  file('atlas-of-mosses.epub', 31_417_220, { sent: 3.2, completed: 12, seeds: 2 }),
  folder('Lieder ohne Worte', ['', '.opus'], [14, 5 * MiB], { sent: 2.4, completed: 8, seeds: 1 }),
  file('gutenberg-2025.tar.zst', 118_003_411, { sent: 1.6, completed: 6, seeds: 3 }),
  file('moon-map-lro-8k.tif', 92_774_016, { sent: 2.8, completed: 15, seeds: 4 }),
  file('typeface-specimens.pdf', 18_220_145, { sent: 5.3, completed: 22, seeds: 5 }),
  folder('choir rehearsals', ['take ', '.wav'], [9, 8 * MiB], {
    sent: 0.9,
    completed: 2,
    seeds: 1,
  }),
  file('alpine-3.23-x86_64.iso', 226_492_416, { sent: 1.2, completed: 10, seeds: 4 }),
  folder('podcast archive 2019–24', ['episode ', '.opus'], [63, 9 * MiB], {
    sent: 0.3,
    completed: 14,
    seeds: 2,
    fate: 'paused',
  }),
  file('whisper-small-fr.gguf', 487_601_967, { sent: 0.6, completed: 26, seeds: 7 }),
  folder('thesis measurements', ['run-', '.parquet'], [12, 17 * MiB], {
    sent: 1.9,
    completed: 5,
    seeds: 1,
    fate: 'incomplete',
  }),
  file('retro-games-1981-95.zip', 214_306_110, { sent: 2.7, completed: 33, seeds: 12 }),
  file('iceland-2026-01.osm.pbf', 65_230_818, { sent: 6.2, completed: 11, seeds: 3 }),
  folder('Zürich 1968 (scans)', ['Blatt ', '.tif'], [48, 5 * MiB], {
    sent: 0.4,
    completed: 1,
    fate: 'changed',
  }),
  file('wikipedia-eo-2026.zim', 612_447_003, {
    sent: 0.9,
    completed: 9,
    seeds: 3,
    downloaders: [{ client: 'webtorrent', address: '203.0.113.140', speed: 0.6 * MiB }],
  }),
  file('linux-6.18.tar.xz', 153_872_144, {
    sent: 4.6,
    completed: 58,
    seeds: 21,
    downloaders: [{ client: 'aria2', address: '198.51.100.23', speed: 270 * KiB }],
  }),
  file('openSUSE-Leap-16.0.iso', 4_372_561_920, {
    sent: 0.1,
    completed: 2,
    seeds: 2,
    downloaders: [
      { client: 'libtorrent', address: '192.0.2.61', speed: 3.1 * MiB, way: 'udp' },
      { client: 'qbittorrent', address: '198.51.100.77', speed: 1.9 * MiB },
    ],
  }),
  file('Café Müller (vinyl).flac', 341_614_272, {
    sent: 1.4,
    completed: 41,
    seeds: 9,
    downloaders: [{ client: 'transmission', address: '203.0.113.52', speed: 0.4 * MiB }],
  }),
  folder('field recordings 2026', ['', ' harbour.flac'], [24, 46 * MiB], {
    flags: [
      '--comment=Harbours of the North Sea, 96 kHz',
      '--tracker=http://tracker.example.net:6969/announce',
      '--tracker=udp://tracker.example.com:1337/announce',
    ],
    sent: 0.4,
    completed: 7,
    seeds: 4,
    downloaders: [
      { client: 'transmission', address: '198.51.100.14', speed: 1.6 * MiB },
      { client: 'aria2', address: '192.0.2.118', speed: 0.7 * MiB },
      { client: 'rtorrent', address: '203.0.113.9', speed: 1.1 * MiB, way: 'udp' },
    ],
    fate: 'eventful',
  }),
  file('big-buck-bunny-2160p.mkv', 973_342_104, {
    sent: 0.6,
    completed: 3,
    seeds: 2,
    downloaders: [{ client: 'libtorrent', address: '203.0.113.77', speed: 1.3 * MiB }],
  }),
  file('blender-5.0-linux.tar.xz', 391_842_310, {
    sent: 1.4,
    completed: 17,
    seeds: 6,
    downloaders: [
      { client: 'webtorrent', address: '192.0.2.200', speed: 0.2 * MiB, way: 'websocket' },
    ],
  }),
  file('debian-13.2-netinst.iso', 1_922_083_584, {
    flags: ['--comment=Debian stable, network installer'],
    sent: 0.4,
    completed: 19,
    seeds: 8,
    downloaders: [
      { client: 'qbittorrent', address: '198.51.100.31', speed: 4.2 * MiB },
      { client: 'transmission', address: '203.0.113.118', speed: 2.4 * MiB },
      { client: 'libtorrent', address: '192.0.2.15', speed: 1.7 * MiB, encrypted: true },
      { client: 'aria2', address: '198.51.100.88', speed: 0.9 * MiB },
      { client: 'rtorrent', address: '192.0.2.44', speed: 0.5 * MiB, waits: true },
      { client: 'libtorrent', address: '203.0.113.201', speed: 0.3 * MiB, way: 'udp6' },
    ],
  }),
];

/** What is published by keys, and is on the card and the graph. */
export const publishedByKeys: Exhibit = file('Nordlicht live 2026.flac', 1_412_903_177, {
  downloaders: [
    { client: 'qbittorrent', address: '203.0.113.33', speed: 1.4 * MiB },
    { client: 'transmission', address: '198.51.100.201', speed: 0.9 * MiB },
  ],
});

/** What is being hashed on the pictures: large, so that it takes its time. */
export const beingPublished: Exhibit = folder(
  'orchard timelapse 8K',
  ['reel ', '.mov'],
  [18, 256 * MiB],
);

/** Makes the files; they are sparse, so they take no room. */
export async function writeContent(releases: string, { files }: Exhibit): Promise<void> {
  for (const { path, size } of files) {
    const whole = join(releases, path);
    await mkdir(dirname(whole), { recursive: true });
    await using handle = await open(whole, 'wx');
    await handle.truncate(size);
  }
}
