import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll } from 'vitest';
import type {
  SwarmReport,
  TrackedPublication,
  TrackerEvents,
  TrackerService,
  TrackerServiceOptions,
} from '../../../source/engine/tracker-service.ts';
import type { TrackerSettings } from '../../../source/settings/schema.ts';
import { entryUrl } from '../../../source/thread/entries.ts';
import { connectThread, type Remote } from '../../../source/thread/rpc.ts';
import { trackerSettings } from '../tracker-settings.ts';

/** The tracker as it runs: in its thread, on free ports of 127.0.0.1 and ::1. */
export interface TrackerUnderTest {
  call: Remote<TrackerService>;
  httpPort: number;
  udpPort: number;
  /** What it reported, the newest last. */
  counts: SwarmReport[];
  problems: string[];
  faults: string[];
  stop(): Promise<void>;
}

export interface UnderTestOptions extends Partial<Omit<TrackerServiceOptions, 'settings'>> {
  settings?: Partial<TrackerSettings>;
}

/** Starts one; whoever does ends it. It tracks whatever is announced unless told otherwise. */
export async function startTrackerUnderTest({
  settings,
  ...options
}: UnderTestOptions = {}): Promise<TrackerUnderTest> {
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
    call: thread.call,
    httpPort: http.port,
    udpPort: udp.port,
    counts,
    problems,
    faults,
    async stop() {
      await thread.call.stop();
      await worker.terminate();
    },
  };
}

/** One for all tests of a file, each of which takes an info hash of its own. */
export function oneTracker(options: UnderTestOptions = {}): { current: TrackerUnderTest } {
  const holder = {} as { current: TrackerUnderTest };
  beforeAll(async () => {
    holder.current = await startTrackerUnderTest(options);
  });
  afterAll(async () => {
    const { faults } = holder.current;
    await holder.current.stop();
    if (faults.length > 0) throw new Error(`the tracker failed: ${faults.join('; ')}`);
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
