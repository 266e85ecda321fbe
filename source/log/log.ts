import { basename, dirname } from 'node:path';
import { createStream } from 'rotating-file-stream';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** One event a line: what happened, and its particulars as plain data. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warning(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** A line of the log as it is in the file, JSON. */
export interface LogLine extends LogFields {
  at: string;
  level: LogLevel;
  event: string;
}

/** A log that writes with `write`, one line a call. */
export function createLog(write: (line: string) => void, now: () => number = Date.now): Log {
  const at =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      const line: LogLine = { at: new Date(now()).toISOString(), level, event, ...fields };
      write(`${JSON.stringify(line)}\n`);
    };
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') };
}

/** A log file, which is set aside at 5 MB; the last three are kept. */
export function openLogFile(file: string): { write(line: string): void; close(): Promise<void> } {
  const name = basename(file);
  const stream = createStream((index) => (index ? `${name}.${index}` : name), {
    path: dirname(file),
    size: '5M',
    rotate: 3,
    mode: 0o600,
  });
  // a log that cannot be written must not take the engine down; the next line tries again
  stream.on('error', (error) => process.stderr.write(`log: ${error.message}\n`));
  return {
    write: (line) => stream.write(line),
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
