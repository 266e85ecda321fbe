import { isDeepStrictEqual } from 'node:util';
import type { SettingSummary } from '../control/engine.ts';
import type { Settings } from '../settings/schema.ts';
import { settingDescriptions, settingText } from '../settings/schema.ts';
import { SettingsFile } from '../settings/settings-file.ts';

/** Settings that are read each time they are needed; the others shape what is started once. */
const appliedLive = [
  'publish.trackers',
  'publish.hashThreads',
  'seeding.uploadSlots',
  'seeding.choking',
  'seeding.uploadRate',
  'seeding.uploadRatePerPeer',
  'seeding.uploadSchedule',
  'seeding.limitLocalPeers',
];
/** Those of the dashboard, which takes them up by itself. */
const dashboardSettings = 'dashboard.';
/** Counts neither at once nor when the engine is started again. */
const atNextOpening = 'dashboard.screenReader';

/** The settings an engine runs by. */
export class LiveSettings {
  readonly #file: SettingsFile;
  readonly #chosen: ChosenSettings;
  /** As they were when the engine started. */
  readonly started: Settings;
  current: Settings;

  /**
   * Reads `file`; throws `settings-invalid`. `chosen` are settings of this run alone, by section,
   * that count instead of the file's.
   */
  constructor(file: string, chosen: ChosenSettings = {}) {
    this.#file = new SettingsFile(file);
    this.#chosen = chosen;
    this.started = this.#read();
    this.current = this.started;
  }

  #read(): Settings {
    const { values } = this.#file;
    const sections = Object.entries(values).map(([section, value]) => {
      const chosen = this.#chosen[section as keyof Settings];
      if (chosen === undefined) return [section, value];
      return [section, typeof chosen === 'string' ? chosen : { ...value, ...chosen }];
    });
    return Object.fromEntries(sections);
  }

  /** Every setting, as it stands in the file. */
  list(): SettingSummary[] {
    const waiting = this.reload();
    return settingDescriptions.map(({ key, meaning, allowed, choices, default: usual }) => ({
      key,
      meaning,
      allowed,
      choices,
      value: settingText(this.#file.get(key)),
      default: settingText(usual),
      ...(key !== atNextOpening && { isLive: isLive(key) }),
      afterRestart: waiting.includes(key),
    }));
  }

  /** Changes one setting; throws `setting-unknown` or `setting-invalid`, and changes nothing then. */
  set(key: string, text: string): void {
    this.#file.set(key, text);
    this.reload();
  }

  /** Reads the file again; returns the keys of the settings that wait for a restart. */
  reload(): string[] {
    this.current = this.#read();
    return settingDescriptions
      .map(({ key }) => key)
      .filter((key) => !isLive(key))
      .filter((key) => !isDeepStrictEqual(valueAt(this.current, key), valueAt(this.started, key)));
  }
}

function isLive(key: string): boolean {
  return appliedLive.includes(key) || key.startsWith(dashboardSettings);
}

/** Settings of one run, in the sections of the file. */
export type ChosenSettings = {
  [Section in keyof Settings]?: Settings[Section] extends string
    ? Settings[Section]
    : Partial<Settings[Section]>;
};

function valueAt(settings: object, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], settings);
}
