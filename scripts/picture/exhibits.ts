import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const MiB = 1024 * 1024;

/** Someone who downloads while the pictures are drawn. */
export interface Downloader {
  client: string;
  /** The share it has from before, 0 to 1. */
  has: number;
  /** Bytes per second it can take; 0 when it wants nothing now. */
  speed: number;
}

/** Something to publish, and what has become of it since. */
export interface Exhibit {
  name: string;
  comment: string | null;
  /** Paths below the folder of all content, and bytes. */
  files: { path: string; size: number }[];
  /** How many times its size was sent. */
  sent: number;
  /** Downloads that were completed, and those of them who still seed. */
  completed: number;
  seeds: number;
  downloaders: Downloader[];
  /** What happened to it in the end. */
  fate: 'served' | 'paused' | 'damaged';
}

type Story = Partial<Omit<Exhibit, 'name' | 'files'>>;

function exhibit(name: string, files: Exhibit['files'], story: Story = {}): Exhibit {
  return {
    name,
    files,
    comment: null,
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
  folder('podcast archive 2019–2024', ['episode ', '.opus'], [63, 9 * MiB], {
    sent: 0.8,
    completed: 14,
    seeds: 2,
    fate: 'paused',
  }),
  folder('thesis measurements', ['run-', '.parquet'], [12, 17 * MiB], {
    sent: 1.9,
    completed: 5,
    seeds: 1,
    fate: 'damaged',
  }),
  file('iceland-2026-01.osm.pbf', 65_230_818, { sent: 6.2, completed: 11, seeds: 3 }),
  file('linux-6.18.tar.xz', 153_872_144, {
    sent: 9.6,
    completed: 58,
    seeds: 21,
    downloaders: [
      { client: 'aria2 1.37.0', has: 0.08, speed: 1.4 * MiB },
      { client: 'Transmission 4.1.2', has: 0.31, speed: 0.7 * MiB },
    ],
  }),
  file('ファイル形式の手引き 第2版.pdf', 50_614_272, {
    sent: 17.4,
    completed: 41,
    seeds: 9,
    downloaders: [{ client: 'qBittorrent 5.1.2', has: 0.12, speed: 0.3 * MiB }],
  }),
  folder('field recordings 2026', ['', ' harbour.flac'], [24, 26 * MiB], {
    sent: 2.1,
    completed: 7,
    seeds: 4,
    downloaders: [
      { client: 'Transmission 4.1.2', has: 0.44, speed: 3.2 * MiB },
      { client: 'KTorrent 25.8', has: 0.05, speed: 1.1 * MiB },
    ],
  }),
  file('big-buck-bunny-2160p-60fps.mkv', 673_342_104, {
    sent: 1.3,
    completed: 3,
    seeds: 2,
    downloaders: [{ client: 'Deluge 2.2.0', has: 0.37, speed: 5.3 * MiB }],
  }),
  file('debian-13.2.0-amd64-netinst.iso', 822_083_584, {
    comment: 'Debian stable, network installer',
    sent: 3.4,
    completed: 19,
    seeds: 8,
    downloaders: [
      { client: 'qBittorrent 5.1.2', has: 0.62, speed: 6.4 * MiB },
      { client: 'Transmission 4.1.2', has: 0.27, speed: 4.1 * MiB },
      { client: 'libtorrent 2.0.11', has: 0.03, speed: 2.2 * MiB },
      { client: 'WebTorrent 2.8.4', has: 0.15, speed: 0.4 * MiB },
      { client: 'BiglyBT 3.9', has: 0.81, speed: 0 },
    ],
  }),
];

/** What is published by keys, and is on the card. */
export const publishedByKeys: Exhibit = file('Nordlicht – live 2026.flac', 412_903_177, {
  downloaders: [{ client: 'qBittorrent 5.1.2', has: 0, speed: 2.6 * MiB }],
});

/** What is being published when the list is drawn: large, so that it takes its time. */
export const beingPublished: Exhibit = file('orchard timelapse 8K.mov', 5_818_201_943);

/** Makes the files; they are sparse, so they take no room. */
export async function writeContent(releases: string, { files }: Exhibit): Promise<void> {
  for (const { path, size } of files) {
    const whole = join(releases, path);
    await mkdir(dirname(whole), { recursive: true });
    await using handle = await open(whole, 'wx');
    await handle.truncate(size);
  }
}
