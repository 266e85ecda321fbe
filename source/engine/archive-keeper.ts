import type { TrackerSettings } from '../settings/schema.ts';
import { sum } from '../tracker/activity.ts';
import { TrackerArchive } from '../tracker/archive.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { flushIntervalMs } from './flush-interval.ts';

interface ArchiveKeeperOptions {
  stateFolder: string;
  settings: Pick<TrackerSettings, 'flushSeconds' | 'maxPeers'>;
  /** Told when something could not be saved. */
  onFault: (error: unknown) => void;
  /** Told, in words for the user, what could not be restored. */
  onProblem: (text: string) => void;
}

interface KeptArchive {
  /** That of connection ids. */
  secret: Uint8Array;
  /** Saves all of it for the last time. */
  end(): Promise<void>;
}

/** Peers that came since they were saved are found again at their next announce. */
const savePeersWithinMs = 300_000;
/** What saving them may write, over time: few peers are saved often, and a million seldom. */
const savedBytesPerSecond = 32 * 1024;

/** Gives the tracker what is kept of it, and keeps it from now on. */
export async function keepArchive(
  tracker: Pick<Tracker, 'lasting' | 'activity' | 'expectReturns'>,
  { stateFolder, settings, onFault, onProblem }: ArchiveKeeperOptions,
): Promise<KeptArchive> {
  const { lasting, activity } = tracker;
  const archive = new TrackerArchive({
    ...{ folder: stateFolder, swarms: lasting, activity },
    mostCounts: settings.maxPeers,
    wallClock: Date.now,
  });
  const problem = await archive.restore();
  if (problem !== null) onProblem(problem);
  if (archive.hasHistory) tracker.expectReturns();
  const savingCounts = setInterval(
    () => archive.saveCounts().catch(onFault),
    flushIntervalMs(settings),
  );

  const savePeersAfterMs = settings.flushSeconds * 1000;
  let hasEnded = false;
  let savingPeers: NodeJS.Timeout | undefined;
  let announcesSaved = announcesOf(activity);
  const savePeersIn = (ms: number) => {
    if (!hasEnded) savingPeers = setTimeout(savePeers, ms);
  };
  const savePeers = async () => {
    const announces = announcesOf(activity);
    let bytes = 0;
    try {
      // an idle tracker lets the disk sleep
      if (announces !== announcesSaved) bytes = await archive.savePeers();
      announcesSaved = announces;
    } catch (error) {
      onFault(error);
    }
    const sparingMs = (1000 * bytes) / savedBytesPerSecond;
    savePeersIn(Math.min(savePeersWithinMs, Math.max(savePeersAfterMs, sparingMs)));
  };
  savePeersIn(savePeersAfterMs);

  return {
    secret: archive.connectionSecret(),
    async end() {
      hasEnded = true;
      clearInterval(savingCounts);
      clearTimeout(savingPeers);
      await archive.saveCounts();
      await archive.savePeers();
      await archive.close();
    },
  };
}

function announcesOf(activity: Tracker['activity']): number {
  const { http, udp } = activity.report().protocols;
  return sum(http.announces) + sum(udp.announces);
}
