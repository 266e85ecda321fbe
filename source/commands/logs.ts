import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { EverseedError, systemErrorCode } from '../errors.ts';
import { stripControls } from '../format/terminal-text.ts';
import type { LogLine } from '../log/log.ts';
import type { CommandContext, DefineCommand } from './command.ts';

const pollMs = 250;

const define: DefineCommand = (command, context) => {
  command
    .option('-f, --follow', 'go on as more is written, until Ctrl-C')
    .option('-n, --lines <count>', 'how many of the last lines', '100')
    .action((options: { follow?: boolean; lines: string }) => show(context, options));
};

async function show(
  context: CommandContext,
  options: { follow?: boolean; lines: string },
): Promise<void> {
  const wanted = Number(options.lines);
  if (!Number.isSafeInteger(wanted) || wanted < 0) {
    throw new EverseedError('usage', `--lines ${options.lines}: it takes a number of lines`);
  }
  const { logFile } = context.home;
  let offset = await sizeOf(logFile);
  if (offset === null && !options.follow) {
    context.stderr.write(`there is no log yet at ${logFile}: the engine has not run\n`);
    return;
  }
  for (const line of await lastLines(logFile, offset ?? 0, wanted)) print(context, line);
  while (options.follow && !context.signal.aborted) {
    offset = await printSince(context, logFile, offset ?? 0);
    await sleep(pollMs);
  }
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function lastLines(file: string, size: number, wanted: number): Promise<string[]> {
  if (size === 0 || wanted === 0) return [];
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file, { end: size - 1 }) })) {
    lines.push(line);
    if (lines.length > wanted) lines.shift();
  }
  return lines;
}

/** Prints the whole lines written after `offset`; returns where the next ones begin. */
async function printSince(context: CommandContext, file: string, offset: number): Promise<number> {
  const size = await sizeOf(file);
  if (size === null) return 0;
  // shorter than it was: it has been set aside, and this is a new one
  const start = size < offset ? 0 : offset;
  if (size === start) return start;
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(size - start),
      position: start,
    });
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    const text = buffer.toString('utf8', 0, end);
    for (const line of text.split('\n').slice(0, -1)) print(context, line);
    return start + end;
  } finally {
    await handle.close();
  }
}

function print(context: CommandContext, line: string): void {
  context.stdout.write(`${stripControls(formatLine(line))}\n`);
}

/** A line of the log for people: time, level if it matters, event, particulars. */
function formatLine(line: string): string {
  let entry: LogLine;
  try {
    entry = JSON.parse(line);
  } catch {
    // not one of ours: show it as it is
    return line;
  }
  const { at, level, event, ...fields } = entry;
  const particulars = Object.entries(fields).map(([key, value]) => `${key}=${value}`);
  const mark = level === 'info' ? '' : `${level}: `;
  return [`${at}  ${mark}${event}`, ...particulars].join('  ');
}

export default define;
