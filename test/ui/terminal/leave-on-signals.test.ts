import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { leaveOnSignals } from '../../../source/ui/terminal/leave-on-signals.ts';

const exitCode = process.exitCode;

afterEach(() => {
  process.exitCode = exitCode;
});

function watch() {
  const stdin = new EventEmitter();
  const stdout = new EventEmitter();
  let left = 0;
  const stop = leaveOnSignals(
    {
      stdin: stdin as unknown as NodeJS.ReadStream,
      stdout: stdout as unknown as NodeJS.WriteStream,
    },
    () => {
      left += 1;
    },
  );
  return { stdin, stdout, stop, left: () => left };
}

describe('leaving on signals', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('leaves on %s with the exit code shells expect', (signal, code) => {
    const others = process.listeners(signal);
    process.removeAllListeners(signal);
    const { stop, left } = watch();
    process.emit(signal, signal);
    expect(left()).toBe(1);
    expect(process.exitCode).toBe(code);
    stop();
    expect(process.listenerCount(signal)).toBe(0);
    for (const other of others) process.on(signal, other);
  });

  it('leaves when the terminal goes away', () => {
    const { stdin, stdout, stop, left } = watch();
    stdin.emit('end');
    stdin.emit('error', new Error('EIO'));
    stdout.emit('error', new Error('EIO'));
    expect(left()).toBe(3);
    stop();
    expect(stdin.listenerCount('error')).toBe(0);
    // Writes that were under way may still fail.
    stdout.emit('error', new Error('EIO'));
  });

  it('leaves before a crash is printed', () => {
    const { stop, left } = watch();
    const emitter: EventEmitter = process;
    emitter.emit('uncaughtExceptionMonitor', new Error('crash'), 'uncaughtException');
    expect(left()).toBe(1);
    stop();
  });
});
