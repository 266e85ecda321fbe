import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getInteger } from '../../source/bencode/dictionary.ts';
import type { TrackerKey, TrackerStats } from '../../source/control/tracker.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, isRunning, until } from '../helpers/everseed.ts';
import { readFacts, StandaloneTracker } from '../helpers/standalone-tracker.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { announce, openUdp, peersOf } from '../tracker/black-box.ts';
import { announceHttp } from '../tracker/conformance/clients.ts';
import { floodWithHashes } from '../tracker/soak/hash-flood.ts';

/** Check 103: what survives `kill -9` of the built program under load, as a whole and as a tracker. */

/** No more of the counts is lost than of so long a time. */
const flushSeconds = 3;
const settings = { flushSeconds, open: true, requestsPerSecond: 0 };

interface Target {
  httpPort: number;
  udpPort: number;
  home: string;
}

/** Of each swarm that come first. */
const early = 3;
/** How many peers of an address there may be in a swarm. */
const ofAddress = 30;
const addressOf = (n: number) => `127.0.3.${1 + Math.floor(n / ofAddress)}`;

/** Has some leechers come, and waits until the file of peers has them. */
async function addEarlyPeers({ httpPort, home }: Target, swarms: readonly string[]) {
  const cameAt = Date.now();
  for (const infoHash of swarms) {
    for (let n = 0; n < early; n++) {
      await announce(httpPort, { infoHash, port: 5_000 + n, peerId: `early ${n}`.padEnd(20) });
    }
  }
  const file = join(home, 'tracker-peers.bin');
  await until(() => existsSync(file) && statSync(file).mtimeMs > cameAt + 10);
}

/** Announces over HTTP from many addresses until it is ended. */
async function floodByHttp(httpPort: number, signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    const infoHash = randomBytes(20).toString('latin1');
    // what is under way when the tracker is killed is not answered
    await announce(httpPort, { infoHash, from: `127.0.67.${1 + (n % 250)}` }).catch(
      () => undefined,
    );
  }
}

/** What had been counted when. */
interface Counted {
  at: number;
  /** Rounds, in each of which a peer completes each of the swarms. */
  rounds: number;
  /** Announces over UDP since the first start. */
  announces: number;
}

/**
 * Has one peer after the other complete each of the swarms, in the midst of floods over UDP and HTTP,
 * and then kills the tracker. Returns what was counted in all, and what so long before that it must
 * not be forgotten. `inRound` does more in each round, which is counted from 1.
 */
async function completeAndKill(
  { httpPort, udpPort }: Target,
  swarms: readonly string[],
  kill: () => Promise<void>,
  inRound: (round: number) => Promise<void> = async () => undefined,
) {
  const flooding = new AbortController();
  const floods = [
    floodWithHashes({
      ...{ udpPort, from: '127.0.0.66', announces: 10_000_000 },
      signal: flooding.signal,
    }),
    ...Array.from({ length: 4 }, () => floodByHttp(httpPort, flooding.signal)),
  ];
  const client = await openUdp(udpPort);
  const counted: Counted[] = [];
  const long = (flushSeconds + 2) * 1000;
  while (counted.length < 40 || performance.now() - (counted[0]?.at ?? 0) < long) {
    const n = counted.length;
    for (const infoHash of swarms) {
      const peerId = String(n).padStart(20, '0');
      const asked = { infoHash, from: addressOf(n), port: 6_000 + n, peerId };
      await announce(httpPort, asked);
      await announce(httpPort, { ...asked, left: 0, more: '&event=completed' });
    }
    await inRound(n + 1);
    const announces = (await readFacts(httpPort)).totals.udp.announces.started;
    counted.push({ at: performance.now(), rounds: n + 1, announces });
    // the same over UDP is answered as well
    await client.connect();
  }
  const killedAt = performance.now();
  await kill();
  flooding.abort();
  await Promise.all(floods);
  const least = counted.findLast(({ at }) => at < killedAt - flushSeconds * 1000);
  if (least === undefined) throw new Error('nothing was counted so long before');
  expect(least.announces).toBeGreaterThan(0);
  return { least, most: counted.length };
}

/** Expects of each swarm that its count of downloads goes on, and that its first peers are there. */
async function expectKept(
  { httpPort }: Pick<Target, 'httpPort'>,
  swarms: readonly string[],
  { least, most }: { least: Counted; most: number },
) {
  const earlyPeers = Array.from({ length: early }, (_, n) => `127.0.0.1:${5_000 + n}`);
  for (const infoHash of swarms) {
    // as a seed, which is told of leechers only
    const answer = await announce(httpPort, { infoHash, port: 4_999, left: 0 });
    const downloaded = getInteger(answer, 'downloaded');
    expect(downloaded).toBeGreaterThanOrEqual(least.rounds);
    expect(downloaded).toBeLessThanOrEqual(most);
    expect(peersOf(answer)).toEqual(expect.arrayContaining(earlyPeers));
  }
}

test('check 103: everseed killed under load loses no more of its counts than it may', {
  timeout: 90_000,
}, async () => {
  const everseed = await Everseed.create({
    settings: { tracker: { ...settings, passkeys: true } },
  });
  const file = join(await temporaryFolder(), 'published');
  await writeRandomFile(file, 50_000);
  const published = await everseed.publish(file);
  const swarms = [Buffer.from(published.infoHash, 'hex').toString('latin1'), 'o'.repeat(20)];
  const { http, udp, pid } = await everseed.status();
  const target = { httpPort: http.port, udpPort: udp.port, home: everseed.home };
  const secret = join(await temporaryFolder(), 'secret');
  await writeRandomFile(secret, 50_000);
  const members = await everseed.publish(secret, '--private');
  const { passkey } = await everseed.json<TrackerKey>('tracker', 'keys', 'add', 'alice');
  const asMember = {
    infoHash: Buffer.from(members.infoHash, 'hex').toString('latin1'),
    path: `/${passkey}/announce`,
  };
  await announceHttp(target, { ...asMember, more: '&uploaded=0&downloaded=0&event=started' });
  await addEarlyPeers(target, swarms);
  const kill = async () => {
    process.kill(pid, 'SIGKILL');
    await until(() => !isRunning(pid));
  };
  const counts = await completeAndKill(target, swarms, kill, async (round) => {
    const more = `&uploaded=${1_000 * round}&downloaded=${round}`;
    await announceHttp(target, { ...asMember, more });
  });
  const after = await everseed.status();
  await expectKept({ httpPort: after.http.port }, swarms, counts);
  const listed = (await everseed.list()).find(({ infoHash }) => infoHash === published.infoHash);
  expect(listed?.completed).toBeGreaterThanOrEqual(counts.least.rounds);
  const { totals, protocols } = await everseed.json<TrackerStats>('tracker', 'stats');
  expect(totals?.udp.announces).toBeGreaterThanOrEqual(counts.least.announces);
  expect(protocols.udp.announces).toBe(0);
  const [alice] = await everseed.json<TrackerKey[]>('tracker', 'keys', 'ls');
  expect(alice?.uploaded).toBeGreaterThanOrEqual(1_000 * counts.least.rounds);
  expect(alice?.uploaded).toBeLessThanOrEqual(1_000 * counts.most);
  expect(alice?.downloaded).toBe((alice?.uploaded ?? 0) / 1_000);
});

test('check 103: so does the tracker alone', { timeout: 90_000 }, async () => {
  await using tracker = await StandaloneTracker.start(settings);
  const swarms = ['a'.repeat(20), 'b'.repeat(20)];
  await addEarlyPeers(tracker, swarms);
  const counts = await completeAndKill(tracker, swarms, () => tracker.kill('SIGKILL'));
  await tracker.startAgain();
  await expectKept(tracker, swarms, counts);
  const { totals, protocols } = await tracker.facts();
  expect(totals.udp.announces.started).toBeGreaterThanOrEqual(counts.least.announces);
  expect(protocols.udp.announces.started).toBe(0);
  expect(await tracker.complaints()).toEqual([]);
});
