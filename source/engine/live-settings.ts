import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../settings/schema.ts';
import { settingDescriptions } from '../settings/schema.ts';
import { SettingsFile } from '../settings/settings-file.ts';

/** Settings that are read each time they are needed; the others shape what is started once. */
const appliedLive = ['publish.trackers', 'publish.hashThreads'];

/** The settings an engine runs by. */
export class LiveSettings {
  readonly #file: SettingsFile;
  /** As they were when the engine started. */
  readonly started: Settings;
  current: Settings;

  /** Reads `file`; throws `settings-invalid`. */
  constructor(file: string) {
    this.#file = new SettingsFile(file);
    this.started = this.#file.values;
    this.current = this.started;
  }

  /** Reads the file again; returns the keys of the settings that wait for a restart. */
  reload(): string[] {
    this.current = this.#file.values;
    return settingDescriptions
      .map(({ key }) => key)
      .filter((key) => !appliedLive.includes(key))
      .filter((key) => !isDeepStrictEqual(valueAt(this.current, key), valueAt(this.started, key)));
  }
}

function valueAt(settings: object, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], settings);
}
