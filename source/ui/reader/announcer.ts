import type { Clock } from '../state/clock.ts';
import type { Store } from '../state/store.ts';
import type { SpokenLines } from '../terminal/spoken-lines.ts';
import { everything, newsOf, type Words } from './news.ts';

interface AnnouncerOptions {
  /** What can change; looked at after each change. */
  stores: readonly Store<unknown>[];
  /** Puts the dashboard as it is now into words. */
  look(): Words;
  lines: SpokenLines;
  clock: Clock;
  /** What is said first. */
  greeting: string;
}

/** Tells what changes, line by line, as a screen reader needs it. */
export interface Announcer {
  /** Says all of where the user is. */
  sayAll(): void;
  /** Says nothing while something else has the terminal, and all of where the user is afterwards. */
  whileSilent(task: () => Promise<void>): Promise<void>;
  stop(): void;
}

/** What comes of typing is said when the typing rests; until then only what is typed is shown. */
const restMilliseconds = 700;

export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const { stores, look, lines, clock, greeting } = options;
  let said: Words | null = null;
  let isScheduled = false;
  let isSilent = false;
  let cancelRest: (() => void) | null = null;
  /** What the line that is typed into shows. */
  let shown: string | null = null;

  /** Once after all that one event changes, so that a held key is one announcement. */
  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      if (!isSilent) follow(look());
    });
  }

  function follow(now: Words): void {
    const isSameField =
      said?.reading.place === now.reading.place &&
      said.reading.field?.label === now.reading.field?.label;
    const isTyped = isSameField && shown !== null && shown !== now.reading.field?.text.value;
    if (isTyped) {
      cancelRest?.();
      cancelRest = clock.after(restMilliseconds, () => tell(look()));
    }
    if (isSameField && cancelRest) show(now);
    else tell(now);
  }

  function show({ reading: { field } }: Words): void {
    shown = field?.text.value ?? null;
    lines.edit(field);
  }

  function tell(now: Words): void {
    cancelRest?.();
    cancelRest = null;
    // what was typed stays to be read
    if (said?.reading.field?.label !== now.reading.field?.label) lines.edit(null);
    lines.say(newsOf(said, now));
    said = now;
    show(now);
  }

  function sayAll(): void {
    cancelRest?.();
    cancelRest = null;
    said = look();
    lines.say(everything(said));
    show(said);
  }

  lines.say([greeting]);
  schedule();
  const unsubscribes = stores.map((store) => store.subscribe(schedule));

  return {
    sayAll,
    async whileSilent(task) {
      isSilent = true;
      lines.edit(null);
      try {
        await task();
      } finally {
        isSilent = false;
        sayAll();
      }
    },
    stop() {
      isSilent = true;
      cancelRest?.();
      for (const unsubscribe of unsubscribes) unsubscribe();
      lines.edit(null);
    },
  };
}
