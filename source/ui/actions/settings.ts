import type { SettingSummary } from '../../control/engine.ts';
import { messageOf } from '../../errors.ts';
import { preferencesIn } from '../state/preferences.ts';
import type { Messages } from './messages.ts';
import type { Services } from './services.ts';

export interface SettingsActions {
  openSettings(): Promise<void>;
  /**
   * Changes a setting to what was typed; refusals are shown beside it. `note` is what else comes of
   * it, in a clause.
   */
  setSetting(key: string, text: string, note?: string | null): Promise<void>;
}

export function createSettingsActions(services: Services, messages: Messages): SettingsActions {
  const { ui, link } = services;

  function show(settings: readonly SettingSummary[]): void {
    ui.dispatch({ type: 'show-settings', settings });
    const preferences = preferencesIn(settings);
    if (preferences) ui.dispatch({ type: 'prefer', preferences });
  }

  return {
    async openSettings() {
      ui.dispatch({ type: 'open-settings' });
      try {
        show(await link.request('settings.list', {}));
      } catch (error) {
        messages.complain(error);
      }
    },
    async setSetting(key, text, note = null) {
      const before = ui.get().settings.settings?.find((setting) => setting.key === key);
      try {
        const settings = await link.request('settings.set', { key, text });
        show(settings);
        if (before) ui.dispatch({ type: 'remember-setting', key, value: before.value });
        const isWaiting = settings.some((setting) => setting.key === key && setting.afterRestart);
        const done = isWaiting ? 'counts when everseed is started again' : 'is changed';
        messages.tell(`${key} ${done}${note === null ? '' : ` (${note})`}`, {
          commands: ['settings.undo'],
          words: 'takes it back',
        });
      } catch (error) {
        ui.dispatch({ type: 'refuse-setting', refusal: messageOf(error) });
        if (ui.get().settings.typed === null) messages.complain(error);
      }
    },
  };
}
