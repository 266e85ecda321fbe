import { settingDescriptions, type TrackerSettings } from '../../source/settings/schema.ts';

/** The tracker's settings: the defaults, but for those given. */
export function trackerSettings(chosen: Partial<TrackerSettings> = {}): TrackerSettings {
  const defaults = settingDescriptions
    .filter(({ key }) => key.startsWith('tracker.'))
    .map((setting) => [setting.key.slice('tracker.'.length), setting.default]);
  return { ...Object.fromEntries(defaults), ...chosen };
}
