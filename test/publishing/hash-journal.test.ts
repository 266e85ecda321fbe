import { mkdir, readdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HashedPieces, HashLayout } from '../../source/metainfo/hashing/checkpoint.ts';
import { HashJournals, type JournaledJob, jobKey } from '../../source/publishing/hash-journal.ts';
import { decodeFrames, encodeFrame } from '../../source/publishing/journal-frames.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const job: JournaledJob = { name: 'j', path: '/a/path', choices: { private: true, name: 'n' } };

const layout: HashLayout = {
  shape: 'stream',
  pieceLength: 16_384,
  files: [{ path: '/a/path/é', length: 100_000, modifiedMs: 1000.125 }],
};

const piecesFrom = (first: number): HashedPieces => ({
  first,
  count: 2,
  sha1: new Uint8Array(40).fill(first),
  roots: new Uint8Array(),
});

function fail(trouble: string): never {
  throw new Error(trouble);
}

async function newJournals() {
  const folder = join(await temporaryFolder(), 'hashing');
  const troubles: string[] = [];
  return { folder, troubles, journals: new HashJournals(folder, (text) => troubles.push(text)) };
}

/** A journal with two batches, as a job that was interrupted leaves it. */
async function interruptedJob() {
  const made = await newJournals();
  const journal = await made.journals.open(job);
  expect(journal.before).toBeNull();
  journal.onHashed(layout, [piecesFrom(0)]);
  journal.onHashed(layout, [piecesFrom(4)]);
  await journal.keep();
  return { ...made, file: join(made.folder, `${jobKey(job)}.journal`) };
}

test('what was told comes back to the same job, and to no other', async () => {
  const { journals, troubles } = await interruptedJob();
  const { before } = await journals.open(job);
  expect(before).toEqual({ layout, pieces: [piecesFrom(0), piecesFrom(4)] });
  const others = [
    { ...job, path: '/a/other' },
    { ...job, choices: { ...job.choices, private: false } },
  ];
  for (const other of others) expect((await journals.open(other)).before).toBeNull();
  expect(troubles).toEqual([]);
});

test('the order of choices makes no other job', () => {
  expect(jobKey({ ...job, choices: { name: 'n', private: true } })).toBe(jobKey(job));
});

test('a job that began is to be taken up, even if nothing was hashed', async () => {
  const { journals, folder, troubles } = await newJournals();
  await journals.open(job);
  // nothing is closed or kept: so it is when the engine is killed
  expect(await new HashJournals(folder, fail).unfinished(Date.now())).toEqual([job]);
  expect((await journals.open(job)).before).toBeNull();
  expect(troubles).toEqual([]);
});

test('nothing is left of a job that failed before anything was hashed', async () => {
  const { journals, folder, troubles } = await newJournals();
  await (await journals.open(job)).keepEnded();
  expect(await readdir(folder)).toEqual([]);
  expect(troubles).toEqual([]);
});

test('hashes of a failed run outlive runs that were killed, or failed, before they hashed', async () => {
  const { journals } = await interruptedJob();
  await (await journals.open(job)).keepEnded();
  await journals.open(job);
  expect(await journals.unfinished(Date.now())).toEqual([job]);
  const again = await journals.open(job);
  expect(again.before?.pieces).toHaveLength(2);
  await again.keepEnded();
  expect((await journals.open(job)).before?.pieces).toHaveLength(2);
});

test('a job that begins while journals are looked through is written after that', async () => {
  const { journals, folder, troubles } = await interruptedJob();
  const other = { ...job, path: '/a/other' };
  const [found] = await Promise.all([journals.unfinished(Date.now()), journals.open(other)]);
  expect(found).toEqual([job]);
  expect(await readdir(folder)).toHaveLength(2);
  expect(troubles).toEqual([]);
});

test('an interrupted job is to be taken up; one that failed is not, but its hashes stay', async () => {
  const { journals } = await interruptedJob();
  expect(await journals.unfinished(Date.now())).toEqual([job]);
  const again = await journals.open(job);
  await again.keepEnded();
  expect(await journals.unfinished(Date.now())).toEqual([]);
  expect((await journals.open(job)).before?.pieces).toHaveLength(2);
});

test('a job that is interrupted before anything was told is to be taken up all the same', async () => {
  const { journals, folder, troubles } = await newJournals();
  await (await journals.open(job)).keep();
  expect(await journals.unfinished(Date.now())).toEqual([job]);
  const again = await journals.open(job);
  expect(again.before).toBeNull();
  await again.remove();
  expect(await readdir(folder)).toEqual([]);
  expect(troubles).toEqual([]);
});

test.each(['keep', 'keepEnded'] as const)(
  'interrupted again before it told anything, a job keeps what it had hashed before (%s)',
  async (end) => {
    const { journals, folder } = await interruptedJob();
    await (await journals.open(job))[end]();
    await (await journals.open(job)).keep();
    expect(await journals.unfinished(Date.now())).toEqual([job]);
    expect((await journals.open(job)).before?.pieces).toHaveLength(2);
    expect(await readdir(folder)).toHaveLength(1);
  },
);

test('the journal of a job that is done or cancelled is removed', async () => {
  const { journals, folder } = await interruptedJob();
  await (await journals.open(job)).remove();
  expect(await readdir(folder)).toEqual([]);
});

test('a second run writes its own, in the place of the first when it begins to', async () => {
  const { journals, folder } = await interruptedJob();
  const again = await journals.open(job);
  again.onHashed(layout, [piecesFrom(2)]);
  await again.keep();
  expect(await readdir(folder)).toHaveLength(1);
  expect((await journals.open(job)).before?.pieces).toEqual([piecesFrom(2)]);
});

test('what is too old, or nobody knows, is removed', async () => {
  const { journals, folder, file } = await interruptedJob();
  await writeFile(join(folder, 'x.tmp'), 'half');
  expect(await journals.unfinished(Date.now())).toEqual([job]);
  expect(await readdir(folder)).toHaveLength(1);
  await utimes(file, 1000, 1000);
  expect(await journals.unfinished(Date.now())).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test('of too many, the oldest are removed', async () => {
  const { journals, folder } = await interruptedJob();
  const huge = join(folder, `${'0'.repeat(32)}.ended`);
  await writeFile(huge, '');
  await truncate(huge, 257 * 1024 * 1024);
  await utimes(huge, new Date(0), new Date(Date.now() - 60_000));
  await journals.unfinished(Date.now());
  expect(await readdir(folder)).toEqual([`${jobKey(job)}.journal`]);
});

test('trouble is told, and ends nothing but the writing', async () => {
  const { journals, folder, troubles } = await newJournals();
  await writeFile(folder, 'a file where the folder should be');
  const journal = await journals.open(job);
  journal.onHashed(layout, [piecesFrom(0)]);
  journal.onHashed(layout, [piecesFrom(2)]);
  await journal.keep();
  expect(troubles.length).toBeGreaterThan(0);
  expect(await journals.unfinished(Date.now())).toEqual([]);
});

test('a journal of another version is left alone', async () => {
  const { journals, folder } = await newJournals();
  await mkdir(folder);
  const frames = [
    { kind: 'job', version: 2, job },
    { kind: 'layout', layout },
  ];
  const bytes = Buffer.concat(frames.map(encodeFrame));
  await writeFile(join(folder, `${jobKey(job)}.journal`), bytes);
  expect((await journals.open(job)).before).toBeNull();
});

test('however a journal is cut or damaged, nothing comes of it that was not written', async () => {
  const { file } = await interruptedJob();
  const whole = await readFile(file);
  const written = [...decodeFrames(whole)];
  expect(written).toHaveLength(4);
  fc.assert(
    fc.property(
      fc.nat(whole.length),
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 3 }),
      (length, changes) => {
        const bytes = Buffer.from(whole.subarray(0, length));
        for (const [at, byte] of changes) if (at < length) bytes[at] = byte;
        const read = [...decodeFrames(bytes)];
        expect(read).toEqual(written.slice(0, read.length));
      },
    ),
    { numRuns: 2000 },
  );
});
