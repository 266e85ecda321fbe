/**
 * What the dashboard costs and how soon it answers: the built program in a pseudo-terminal of
 * 120x40, with an engine that stands in for the real one, so that exactly what is said changes.
 *
 *     npm run bench:dashboard
 */
import { execFile } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Session } from './dashboard/session.ts';
import { StandInEngine } from './dashboard/stand-in-engine.ts';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const runFile = promisify(execFile);

const few = 60;
const many = 10_000;
const ticks = 20;
const sortings = ['by name', 'by health', 'by up rate', 'by peers', 'by ratio', 'by uploaded'];

interface Row {
  what: string;
  figure: string;
  wanted: string;
  isMet: boolean;
}

const rows: Row[] = [...(await ticking()), ...(await thousands()), ...(await listing())];
process.stdout.write(report(rows));

/** Sixty publications of which three change every second; then none does. */
async function ticking(): Promise<Row[]> {
  await using engine = await StandInEngine.start(few);
  await using session = new Session(engine.home);
  await session.until((text) => text.includes(`1/${few}`));
  await sleep(2_000);

  const [bytes, cpu] = [session.bytes, session.cpuMs()];
  for (let tick = 0; tick < ticks; tick++) {
    // they are among the 35 in view, which shows the newest first
    engine.change([few - 3, few - 14, few - 27]);
    await sleep(1_000);
  }
  const bytesPerTick = (session.bytes - bytes) / ticks;
  const cpuPerTick = (session.cpuMs() - cpu) / ticks;

  await sleep(1_000);
  const quiet = session.bytes;
  await sleep(5_000);
  const idleBytes = session.bytes - quiet;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
  const clears = (session.takeWritten().match(/\u001b\[[23]J/g) ?? []).length;
  return [
    atMost('bytes a tick, 3 of 35 rows change', bytesPerTick, 600, 'B'),
    atMost('processor time a tick, 3 of 35 rows change', cpuPerTick, 25, 'ms'),
    atMost('bytes in 5 s when nothing changes', idleBytes, 0, 'B'),
    atMost('clears of the whole screen (CSI 2J, 3J)', clears, 0, ''),
  ];
}

async function thousands(): Promise<Row[]> {
  await using engine = await StandInEngine.start(many);
  const began = performance.now();
  await using session = new Session(engine.home);
  await session.until((text) => text.includes(`1/${many}`) && text.includes('part '));
  const attach = performance.now() - began;
  await sleep(1_000);

  const keys: number[] = [];
  const goTo = async (key: string, place: number) => {
    session.press(key);
    keys.push(await session.until((text) => text.includes(` ${place}/${many}`)));
    await sleep(60);
  };
  for (let place = 2; place <= 50; place++) await goTo('j', place);
  for (let round = 0; round < 10; round++) {
    await goTo('G', many);
    await goTo('k', many - 1);
    await goTo('g', 1);
    await goTo('j', 2);
  }

  const sorts: number[] = [];
  for (const words of sortings) {
    session.press('s');
    sorts.push(await session.until((text) => text.includes(words)));
    await sleep(100);
    const direction = session.text().includes(`${words} ↓`) ? '↑' : '↓';
    session.press('S');
    sorts.push(await session.until((text) => text.includes(`${words} ${direction}`)));
    await sleep(100);
  }

  session.press('/');
  await session.until((text) => text.includes(' / '));
  const filters: number[] = [];
  let typed = '';
  for (const character of 'archive 77') {
    typed += character;
    const shown = engine.publications.filter(({ name }) =>
      typed.split(' ').every((word) => name.includes(word)),
    ).length;
    const counted = shown === many ? `/${many}` : `/${shown} of ${many}`;
    const field = ` / ${typed}`;
    session.press(character);
    filters.push(await session.until((text) => text.includes(counted) && text.includes(field)));
    await sleep(60);
  }

  const ticksCpu = await cpuWithHundredChanging(engine, session);
  return [
    atMost(`attach to the first useful frame, ${many} publications`, attach, 1000, 'ms'),
    atMost('key to screen, p95', percentile(keys, 0.95), 50, 'ms'),
    atMost('key to screen, median', percentile(keys, 0.5), 50, 'ms'),
    atMost('sorting, slowest', Math.max(...sorts), 100, 'ms'),
    atMost('filtering, slowest letter', Math.max(...filters), 100, 'ms'),
    informative('processor time a tick, 100 of 10,000 change', ticksCpu, 'ms'),
  ];
}

async function cpuWithHundredChanging(engine: StandInEngine, session: Session): Promise<number> {
  session.press('\u001b');
  await session.until((text) => !text.includes(` of ${many}`));
  const ids = Array.from({ length: 100 }, (_, index) => index * 99 + 1);
  const before = session.cpuMs();
  for (let tick = 0; tick < 10; tick++) {
    engine.change(ids);
    await sleep(1_000);
  }
  return (session.cpuMs() - before) / 10;
}

/** A command that is not the dashboard. */
async function listing(): Promise<Row[]> {
  const measure = async (count: number) => {
    await using engine = await StandInEngine.start(count);
    const took: number[] = [];
    for (let round = 0; round < 15; round++) {
      const began = performance.now();
      await runFile(process.execPath, [cli, '--home', engine.home, 'ls'], { maxBuffer: 1 << 26 });
      took.push(performance.now() - began);
    }
    return percentile(took, 0.5);
  };
  return [
    atMost('`everseed ls`, engine running, median', await measure(10), 150, 'ms'),
    informative(`\`everseed ls\` of ${many}, median`, await measure(many), 'ms'),
  ];
}

function atMost(what: string, value: number, most: number, unit: string): Row {
  const figure = `${format(value)} ${unit}`.trim();
  return { what, figure, wanted: `at most ${most} ${unit}`.trim(), isMet: value <= most };
}

function informative(what: string, value: number, unit: string): Row {
  return { what, figure: `${format(value)} ${unit}`, wanted: '', isMet: true };
}

function format(value: number): string {
  return value < 100 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function report(table: readonly Row[]): string {
  const [processor] = cpus();
  return [
    `${processor?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
    '',
    '| | measured | wanted | |',
    '| --- | ---: | ---: | --- |',
    ...table.map(({ what, figure, wanted, isMet }) => {
      const verdict = wanted === '' ? '' : isMet ? 'met' : 'not met';
      return `| ${what} | ${figure} | ${wanted} | ${verdict} |`;
    }),
    '',
  ].join('\n');
}
