import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

/** What parsing may take of memory, as a multiple of the input: objects are larger than their text. */
const multiple = 64;
const inputBytes = 2 * 1024 * 1024;

/** Shapes of many small values, which cost most: `UNIT` again and again where the `*` is. */
const shapes: [what: string, torrent: string, unit: string][] = [
  ['empty lists', 'd4:info*e', 'le'],
  ['empty dictionaries', 'd4:infol*ee', 'de'],
  ['empty strings', 'd4:infol*ee', '0:'],
  ['short strings', 'd4:infol*ee', '1:a'],
  ['nested dictionaries', 'd4:infol*ee', 'd0:d0:d0:0:eee'],
  [
    'files',
    'd4:infod5:filesl*e4:name1:a12:piece lengthi16384e6:pieces0:ee',
    'd6:lengthi0e4:pathl1:aee',
  ],
  ['files that are none', 'd4:infod5:filesl*e4:name1:aee', 'i1e'],
  ['long paths', 'd4:infod5:filesld4:pathl*eee4:name1:aee', '1:a'],
  ['tiers', 'd13:announce-listl*e4:infod4:name1:aee', 'l1:ae'],
  ['web seeds', 'd4:infod4:name1:ae8:url-listl*ee', '1:a'],
  ['nodes', 'd4:infod4:name1:ae5:nodesl*ee', 'l1:ai1ee'],
];

/** Reads, judges and shows a torrent in a thread with so much memory; resolves with what it said. */
async function readWithin(torrent: string, megabytes: number): Promise<unknown> {
  const worker = new Worker(new URL('./parsing-memory-worker.ts', import.meta.url), {
    workerData: torrent,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 16 },
  });
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', resolve);
      worker.on('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}

test.each(shapes)(
  'a torrent of many %s is read in a small multiple of its size',
  async (_, shape, unit) => {
    const [before = '', after = ''] = shape.split('*');
    const count = Math.floor((inputBytes - shape.length) / unit.length);
    const said = await readWithin(
      before + unit.repeat(count) + after,
      (multiple * inputBytes) / 2 ** 20,
    );
    expect(said).toMatch(/^(?:refused|shown)/);
  },
);
