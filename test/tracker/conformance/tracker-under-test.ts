import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { TrackerKey } from '../../../source/control/tracker.ts';
import type { TrackerSettings } from '../../../source/settings/schema.ts';
import { writeRandomFile } from '../../helpers/content.ts';
import { Everseed } from '../../helpers/everseed.ts';
import {
  complaintsIn,
  readFacts,
  StandaloneTracker,
  type TrackerFacts,
} from '../../helpers/standalone-tracker.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

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

/** The built program as a whole, which has publications of its own, and members. */
export interface EngineUnderTest extends TrackerUnderTest {
  readonly everseed: Everseed;
  /** Publishes something new; resolves with its info hash. */
  publish(...flags: string[]): Promise<string>;
  /** Makes a member; resolves with the passkey. */
  addMember(name: string): Promise<string>;
}

/** Starts the engine of the built program; it tracks what is published, with settings of the tracker. */
export async function startEngine(
  settings: Partial<TrackerSettings> = {},
  others: object = {},
): Promise<EngineUnderTest> {
  const tracker = { requestsPerSecond: 0, ...settings };
  const everseed = await Everseed.create({
    settings: { bind: '127.0.0.1', bind6: '::1', ...others, tracker },
  });
  const { http, udp } = await everseed.status();
  return {
    everseed,
    httpPort: http.port,
    udpPort: udp.port,
    facts: () => readFacts(http.port),
    complaints: async () => complaintsIn(everseed.log()),
    async publish(...flags) {
      const file = join(await temporaryFolder(), 'published');
      await writeRandomFile(file, 20_000);
      const { infoHash } = await everseed.publish(file, ...flags);
      return Buffer.from(infoHash, 'hex').toString('latin1');
    },
    async addMember(name) {
      const { passkey } = await everseed.json<TrackerKey>('tracker', 'keys', 'add', name);
      return passkey;
    },
    async [Symbol.asyncDispose]() {
      await everseed.run('stop');
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
