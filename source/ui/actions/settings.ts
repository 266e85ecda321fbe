import type { SettingSummary } from '../../control/engine.ts';
import { messageOf } from '../../errors.ts';
import { preferencesIn } from '../state/preferences.ts';
import type { AskedSetting } from '../state/settings-state.ts';
import type { Messages } from './messages.ts';
import type { Services } from './services.ts';

export interface SettingsActions {
  openSettings(): Promise<void>;
  /** Changes a setting, which shows at once. */
  setSetting(key: string, text: string): Promise<void>;
  /**
   * Changes a setting to what was typed; what is refused goes back into the field. `note` is what
   * else comes of it, in a clause.
   */
  setTypedSetting(key: string, text: string, note: string | null): Promise<void>;
}

export function createSettingsActions(services: Services, messages: Messages): SettingsActions {
  const { ui, link } = services;

  function prefer(settings: readonly SettingSummary[]): void {
    const preferences = preferencesIn(settings);
    if (preferences) ui.dispatch({ type: 'prefer', preferences });
  }

  async function set(
    asked: AskedSetting,
    { isTyped, note = null }: { isTyped: boolean; note?: string | null },
  ): Promise<void> {
    const { key } = asked;
    const { replaced } = ui.get().settings;
    ui.dispatch({ type: 'ask-setting', asked });
    try {
      const settings = await link.request('settings.set', asked);
      ui.dispatch({ type: 'answer-setting', asked, settings });
      prefer(settings);
      const isWaiting = settings.some((setting) => setting.key === key && setting.afterRestart);
      const done = isWaiting ? 'counts when everseed is started again' : 'is changed';
      messages.tell(`${key} ${done}${note === null ? '' : ` (${note})`}`, {
        commands: ['settings.undo'],
        words: 'takes it back',
      });
    } catch (error) {
      const refusal = messageOf(error);
      const { screen, overlay } = ui.get();
      const isMended = isTyped && screen.name === 'settings' && overlay === null;
      ui.dispatch({ type: 'refuse-setting', asked, refusal, replaced, isMended });
      if (ui.get().settings.refusal !== refusal) messages.complain(error);
    }
  }

  return {
    async openSettings() {
      ui.dispatch({ type: 'open-settings' });
      try {
        const settings = await link.request('settings.list', {});
        ui.dispatch({ type: 'show-settings', settings });
        prefer(settings);
      } catch (error) {
        messages.complain(error);
      }
    },
    setSetting: (key, text) => set({ key, text }, { isTyped: false }),
    setTypedSetting: (key, text, note) => set({ key, text }, { isTyped: true, note }),
  };
}
