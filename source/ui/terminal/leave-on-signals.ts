import { constants } from 'node:os';

/**
 * Leaves the terminal clean when the process is told to end, when it crashes, or when the terminal
 * goes away. Returns the function that stops watching.
 *
 * A signal only takes the dashboard off the screen and sets the exit code that shells expect; the
 * caller then ends as after any other detach.
 */
export function leaveOnSignals(
  streams: { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream },
  leave: () => void,
): () => void {
  const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
  const onSignal = (signal: NodeJS.Signals) => {
    process.exitCode = 128 + constants.signals[signal];
    leave();
  };

  for (const signal of signals) process.on(signal, onSignal);
  // Runs before Node prints the error, so that it is printed on the screen that stays.
  process.on('uncaughtExceptionMonitor', leave);
  streams.stdin.on('end', leave);
  streams.stdin.on('error', leave);
  // Stays: writes that were under way when the terminal vanished fail after everything else ended.
  streams.stdout.on('error', leave);

  return () => {
    for (const signal of signals) process.off(signal, onSignal);
    process.off('uncaughtExceptionMonitor', leave);
    streams.stdin.off('end', leave);
    streams.stdin.off('error', leave);
  };
}
