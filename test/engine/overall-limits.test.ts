import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { LiveSettings } from '../../source/engine/live-settings.ts';
import { OverallLimits } from '../../source/engine/overall-limits.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test('what holds now is told when the schedule changes it', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const settings = new LiveSettings(join(await temporaryFolder(), 'settings.json'));
  const clock = { now: new Date(2026, 0, 5, 7, 58, 30).getTime() };
  const onChange = vi.fn<() => void>();
  const setLimits = vi.fn<(limits: unknown) => void>();
  const services = { setLimits };
  const limits = new OverallLimits({ settings, services, onChange, now: () => clock.now });
  onTestFinished(() => limits.stop());

  limits.set(5000);
  expect(limits.describe()).toEqual({ now: 5000, usual: 5000, schedule: [] });
  expect(setLimits).toHaveBeenLastCalledWith(settings.current.seeding);
  expect(onChange).toHaveBeenCalledTimes(1);

  const line = 'daily 08:00-18:00 700';
  settings.set('seeding.uploadSchedule', line);
  limits.apply();
  expect(onChange).toHaveBeenCalledTimes(1);
  clock.now += 60_000;
  vi.advanceTimersByTime(60_000);
  expect(onChange).toHaveBeenCalledTimes(1);
  clock.now += 60_000;
  vi.advanceTimersByTime(60_000);
  expect(onChange).toHaveBeenCalledTimes(2);
  expect(limits.describe()).toEqual({ now: 700, usual: 5000, schedule: [line] });
});
