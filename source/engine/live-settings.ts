import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../settings/schema.ts';
import { settingDescriptions } from '../settings/schema.ts';
import { SettingsFile } from '../settings/settings-file.ts';

/** Settings that are read each time they are needed; the others shape what is started once. */
const appliedLive = ['publish.trackers', 'publish.hashThreads'];

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

  /** Reads the file again; returns the keys of the settings that wait for a restart. */
  reload(): string[] {
    this.current = this.#read();
    return settingDescriptions
      .map(({ key }) => key)
      .filter((key) => !appliedLive.includes(key))
      .filter((key) => !isDeepStrictEqual(valueAt(this.current, key), valueAt(this.started, key)));
  }
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
