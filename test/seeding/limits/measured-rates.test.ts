import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, type TestContext, test } from 'vitest';
import type { SeederLimits } from '../../../source/seeding/seeder-options.ts';
import { RunningSeeder, seederSettings, stopAll } from '../running-seeder.ts';
import { type TestContent, writeTestContent } from '../test-content.ts';
import { CountingLeecher } from './counting-leecher.ts';

/*
 * What peers get of a real seeder over sockets, counted over ten seconds. The seeders and peers of
 * all tests run at the same time, so what they send together stays below what one thread can.
 */

const windowMs = 10_000;
/** Until slots are given out, and what the first moments brought does not count. */
const settleMs = 1_500;
const accuracy = 0.05;
const monday = new Date(2026, 0, 5, 7, 59, 0).getTime();

afterAll(stopAll);

async function seeding(contents: TestContent[], limits: Partial<SeederLimits>) {
  const running = new RunningSeeder({ limits: { ...seederSettings.limits, ...limits } });
  return await running.start(...contents);
}

/** Bytes per second that each gets over the window. */
async function measure(leechers: readonly CountingLeecher[]): Promise<number[]> {
  await sleep(settleMs);
  const before = leechers.map(({ received }) => received);
  const began = performance.now();
  await sleep(windowMs);
  const seconds = (performance.now() - began) / 1_000;
  return leechers.map(({ received }, index) => (received - (before[index] ?? 0)) / seconds);
}

const sum = (rates: readonly number[]) => rates.reduce((total, rate) => total + rate, 0);

function expectNear(rate: number, wanted: number, within = accuracy): void {
  expect(rate).toBeGreaterThan(wanted * (1 - within));
  expect(rate).toBeLessThan(wanted * (1 + within));
}

/** So many leechers of a content. */
function leechersOf(
  { port }: RunningSeeder,
  content: TestContent,
  count: number,
  { onTestFinished }: TestContext,
): CountingLeecher[] {
  return Array.from({ length: count }, () => new CountingLeecher(port, content, onTestFinished));
}

const write = ({ onTestFinished }: TestContext) =>
  writeTestContent([2 ** 22], 2 ** 18, undefined, onTestFinished);

describe.concurrent('what is sent in ten seconds is within 5 % of the limit', {
  timeout: 60_000,
}, () => {
  test('to all together, and everybody gets the same', async (context) => {
    const contents = [write(context), write(context)];
    const running = await seeding(contents, { uploadRate: 1_500_000 });
    const leechers = contents.flatMap((content, n) => leechersOf(running, content, n + 1, context));
    const rates = await measure(leechers);
    expectNear(sum(rates), 1_500_000);
    for (const rate of rates) expectNear(rate, 500_000, 0.1);
  });

  test('of one publication, and the rest is for the others', async (context) => {
    const [limited, free] = [write(context), write(context)];
    const running = await seeding([limited, free], { uploadRate: 2_000_000 });
    running.seeder.limit(limited.content.id, 500_000);
    const rates = await measure([
      ...leechersOf(running, limited, 2, context),
      ...leechersOf(running, free, 2, context),
    ]);
    expectNear(sum(rates.slice(0, 2)), 500_000);
    expectNear(sum(rates.slice(2)), 1_500_000);
  });

  test('to each peer', async (context) => {
    const content = write(context);
    const running = await seeding([content], { uploadRatePerPeer: 400_000 });
    const rates = await measure(leechersOf(running, content, 4, context));
    for (const rate of rates) expectNear(rate, 400_000);
  });

  test('while peers nearby are exempt, but for the limit of a publication', async (context) => {
    const content = write(context);
    const running = await seeding([content], {
      uploadRate: 200_000,
      uploadRatePerPeer: 100_000,
      limitLocalPeers: false,
    });
    running.seeder.limit(content.content.id, 2_500_000);
    expectNear(sum(await measure(leechersOf(running, content, 2, context))), 2_500_000);
  });

  test('by the schedule, from the minute on in which it says so', async (context) => {
    const contents = [write(context), write(context)];
    const running = await seeding(contents, {
      uploadRate: 500_000,
      uploadSchedule: ['mon 08:00-09:00 2000000 peer 700000', 'mon 09:00-10:00 40%'],
    });
    const [one, other] = contents.map((content) => leechersOf(running, content, 2, context));
    const leechers = [...(one ?? []), ...(other ?? [])];
    running.date = () => monday;
    expectNear(sum(await measure(leechers)), 500_000);
    running.date = () => monday + 60_000;
    expectNear(sum(await measure(leechers)), 2_000_000);
    running.date = () => monday + 3_660_000;
    expectNear(sum(await measure(leechers)), 200_000);
  });

  test('to all, where some want what many want and others what few do', async (context) => {
    const contents = [write(context), write(context)];
    const running = await seeding(contents, { uploadRate: 1_200_000, uploadSlots: 20 });
    const leechers = contents.flatMap((content, n) =>
      leechersOf(running, content, n === 0 ? 2 : 10, context),
    );
    const rates = await measure(leechers);
    expectNear(sum(rates), 1_200_000);
    for (const rate of rates) expectNear(rate, 100_000, 0.2);
  });
});
