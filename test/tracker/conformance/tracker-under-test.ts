import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect } from 'vitest';
import type {
  SwarmReport,
  TrackedPublication,
  TrackerEvents,
  TrackerService,
  TrackerServiceOptions,
} from '../../../source/engine/tracker-service.ts';
import type { TrackerSettings } from '../../../source/settings/schema.ts';
import { entryUrl } from '../../../source/thread/entries.ts';
import { connectThread } from '../../../source/thread/rpc.ts';
import {
  readFacts,
  StandaloneTracker,
  type TrackerFacts,
} from '../../helpers/standalone-tracker.ts';
import { trackerSettings } from '../tracker-settings.ts';

/**
 * The tracker on free ports of 127.0.0.1 and ::1. It tracks whatever is announced unless told otherwise,
 * without a limit of requests.
 */
export interface TrackerUnderTest extends AsyncDisposable {
  readonly httpPort: number;
  readonly udpPort: number;
  facts(): Promise<TrackerFacts>;
  /** What went wrong in it. */
  complaints(): Promise<string[]>;
}

/** Starts the built program, `everseed tracker`; `others` are settings beside those of the tracker. */
export async function startProgram(
  settings: Partial<TrackerSettings> = {},
  others: object = {},
): Promise<StandaloneTracker> {
  return await StandaloneTracker.start(
    { requestsPerSecond: 0, ...settings },
    { bind6: '::1', ...others },
  );
}

/**
 * The thread of the tracker, as the engine has it: for what only the engine tells the tracker, such as
 * publications of any info hash, and for settings that nobody could wait for.
 */
export interface ThreadUnderTest extends TrackerUnderTest {
  /** What it reported, the newest last. */
  counts: SwarmReport[];
  problems: string[];
}

interface ThreadOptions extends Partial<Omit<TrackerServiceOptions, 'settings'>> {
  settings?: Partial<TrackerSettings>;
}

export async function startThread({
  settings,
  ...options
}: ThreadOptions = {}): Promise<ThreadUnderTest> {
  const worker = new Worker(entryUrl('tracker-worker'));
  const thread = connectThread<TrackerService, TrackerEvents>(worker);
  worker.on('error', (error: Error) => thread.fail(error));
  const counts: SwarmReport[] = [];
  const problems: string[] = [];
  const faults: string[] = [];
  thread.on('counts', (changed) => counts.push(...changed));
  thread.on('problem', ({ text }) => problems.push(text));
  thread.on('fault', ({ message }) => faults.push(message));
  const { http, udp } = await thread.call.start({
    http: { host: '127.0.0.1', port: 0 },
    udp: { host: '127.0.0.1', port: 0 },
    bind6: '::1',
    everseed: null,
    settings: trackerSettings({ open: true, requestsPerSecond: 0, ...settings }),
    site: null,
    ...options,
  });
  return {
    httpPort: http.port,
    udpPort: udp.port,
    counts,
    problems,
    facts: () => readFacts(http.port),
    complaints: async () => faults,
    async [Symbol.asyncDispose]() {
      await thread.call.stop();
      await worker.terminate();
    },
  };
}

/** The program, one for all tests of a file, each of which takes an info hash of its own. */
export function oneTracker(...options: Parameters<typeof startProgram>): {
  current: TrackerUnderTest;
} {
  const holder = {} as { current: TrackerUnderTest };
  beforeAll(async () => {
    holder.current = await startProgram(...options);
  });
  afterAll(async () => {
    await using tracker = holder.current;
    expect(await tracker.complaints()).toEqual([]);
  });
  return holder;
}

/** An info hash that nobody used before: 20 bytes. */
export function newHash(): string {
  return randomBytes(20).toString('latin1');
}

export function publicationOf(
  infoHash: string,
  more: Partial<TrackedPublication> = {},
): TrackedPublication {
  return {
    infoHash: Buffer.from(infoHash, 'latin1').toString('hex'),
    completed: 0,
    seeding: false,
    private: false,
    ...more,
  };
}
