import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchWindow } from '../../../source/ui/terminal/watch-window.ts';

function watch() {
  const stdout = new EventEmitter() as NodeJS.WriteStream;
  const events = { resized: vi.fn(), disturbed: vi.fn() };
  const stop = watchWindow(stdout, events);
  onTestFinished(stop);
  return { stdout, events, stop };
}

test('a new size is a resize, and no disturbance', () => {
  const { stdout, events } = watch();
  stdout.emit('resize');
  process.emit('SIGWINCH', 'SIGWINCH');
  expect(events.resized).toHaveBeenCalledTimes(1);
  expect(events.disturbed).not.toHaveBeenCalled();
});

test('a size that is back before anybody looked is a disturbance', () => {
  const { stdout, events, stop } = watch();
  process.emit('SIGWINCH', 'SIGWINCH');
  expect(events.disturbed).toHaveBeenCalledTimes(1);
  stdout.emit('resize');
  process.emit('SIGWINCH', 'SIGWINCH');
  process.emit('SIGWINCH', 'SIGWINCH');
  expect(events.disturbed).toHaveBeenCalledTimes(2);
  stop();
  process.emit('SIGWINCH', 'SIGWINCH');
  expect(events.disturbed).toHaveBeenCalledTimes(2);
});
