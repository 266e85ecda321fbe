import type { SettingSummary } from '../../control/engine.ts';

const themes = ['auto', 'dark', 'light', 'mono'] as const;
const glyphSets = ['auto', 'unicode', 'ascii'] as const;

/** How the user wants the dashboard to be: its own part of the settings. */
export interface Preferences {
  theme: (typeof themes)[number];
  glyphs: (typeof glyphSets)[number];
  /** Other keys of commands, by the command's id. */
  bindings: ReadonlyMap<string, readonly string[]>;
}

export const defaultPreferences: Preferences = {
  theme: 'auto',
  glyphs: 'auto',
  bindings: new Map(),
};

/** The dashboard's part of the settings as the settings file has it. */
export interface DashboardSettings {
  theme: Preferences['theme'];
  glyphs: Preferences['glyphs'];
  /** Of the form COMMAND=KEY; a command may come more than once. */
  keys: readonly string[];
}

/** The parts of a list of bindings as it is typed: a comma parts them only before a command. */
export function bindingsIn(typed: string): string[] {
  return typed
    .split(/\s*,(?=\s*[a-z]+(?:[.-][a-z]+)*=)\s*/)
    .map((binding) => binding.trim())
    .filter(Boolean);
}

export function bindingsOf(keys: readonly string[]): Preferences['bindings'] {
  const bindings = new Map<string, string[]>();
  for (const binding of keys) {
    const end = binding.includes('=') ? binding.indexOf('=') : binding.length;
    const id = binding.slice(0, end);
    const key = binding.slice(end + 1);
    bindings.set(id, [...(bindings.get(id) ?? []), key === 'comma' ? ',' : key]);
  }
  return bindings;
}

export function preferencesOf({ theme, glyphs, keys }: DashboardSettings): Preferences {
  return { theme, glyphs, bindings: bindingsOf(keys) };
}

/** The same, from what the engine tells; null when that has no such settings. */
export function preferencesIn(settings: readonly SettingSummary[]): Preferences | null {
  const settingOf = (name: string) =>
    settings.find(({ key }) => key === `dashboard.${name}`)?.value ?? null;
  const [theme, glyphs, keys] = [settingOf('theme'), settingOf('glyphs'), settingOf('keys')];
  if (theme === null || glyphs === null || keys === null) return null;
  return preferencesOf({
    // a newer engine may have more of them
    theme: themes.find((known) => known === theme) ?? 'auto',
    glyphs: glyphSets.find((known) => known === glyphs) ?? 'auto',
    keys: bindingsIn(keys),
  });
}
