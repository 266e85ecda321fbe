import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection, event, peer, progress, publication, tracker } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

const esc = '\u001b';
const down = '\u001b[B';
const enter = '\r';
const tab = '\t';

let cwd: string;
let engine: FakeEngine;
let screen: Screen;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'everseed-reader-'));
  await writeFile(join(cwd, 'debian.iso'), 'x'.repeat(2048));
  await writeFile(join(cwd, 'notes.txt'), 'x');
  engine = new FakeEngine(collection());
});

afterEach(async () => {
  closeScreens();
  // what is for a screen reader has neither boxes, bars, braille nor other signs
  expect(screen.stdout.written).not.toMatch(
    /[\u2190-\u21ff\u2500-\u25ff\u2800-\u28ff\u2026\u2713]/u,
  );
  await rm(cwd, { recursive: true });
});

/** A terminal so large that nothing that is said leaves it. */
async function open(): Promise<void> {
  screen = new Screen(engine, { screenReader: true, cwd, columns: 300, rows: 400 });
  await screen.untilShows('everseed, for a screen reader.');
}

/** What is said from now on. */
function from(task: () => void): { said(): string[] } {
  const before = screen.stdout.lines().filter((line) => line !== '').length;
  task();
  return {
    said: () =>
      screen.stdout
        .lines()
        .filter((line) => line !== '')
        .slice(before),
  };
}

/** Presses keys, waits for what comes of it, and returns all that is said. */
async function press(keys: string, wanted: string): Promise<string[]> {
  const { said } = from(() => screen.type(keys));
  await screen.until(() => said().join('\n').includes(wanted), wanted);
  return said();
}

describe('the dashboard for a screen reader', () => {
  it('says what there is, and the row that the cursor is on, on the screen that stays', async () => {
    await open();
    await screen.untilShows('Engine 0.1.0 runs.', '8 publications.', 'Newest first.');
    expect(screen.stdout.isAlternate).toBe(false);
    expect(screen.text()).toMatch(/^1 of 8: debian-12\.7\.0-amd64-netinst\.iso, healthy, /m);
    expect(screen.text()).not.toContain('archlinux');
  });

  it('says the row that the cursor comes to, once for a held key', async () => {
    await open();
    await screen.untilShows('1 of 8');
    expect(await press('j', '2 of 8')).toEqual([expect.stringMatching(/^2 of 8: archlinux/)]);
    expect(await press('jjj', '5 of 8')).toEqual([expect.stringMatching(/^5 of 8: planet-osm/)]);
  });

  it('says nothing of numbers that move, but of what another state is', async () => {
    await open();
    await screen.untilShows('1 of 8');
    await screen.settle();
    const { written } = screen.stdout;
    const [first = publication(1)] = engine.publications.values();
    for (const rate of [1000, 2000, 3000]) {
      engine.update({ ...first, uploadRate: rate, uploaded: first.uploaded + rate, peers: 3 });
      screen.clock.advance(1000);
    }
    await screen.settle();
    expect(screen.stdout.written).toBe(written);
    engine.update({ ...first, health: 'degraded' });
    screen.clock.advance(1000);
    await screen.untilShows(`\n${first.name}, degraded`);
  });

  it('says marks and what they come to', async () => {
    await open();
    await screen.untilShows('1 of 8');
    const said = await press(' ', '1 selected.');
    expect(said).toContainEqual(expect.stringMatching(/^2 of 8: archlinux/));
    await press('k', '1 of 8: debian-12.7.0-amd64-netinst.iso, selected');
    await press('*', '7 selected.');
    await press(esc, 'Nothing is selected.');
  });

  it('asks before it removes, says each answer, what was done and where the cursor is then', async () => {
    await open();
    await screen.untilShows('1 of 8');
    expect(await press('d', '1 of 3')).toEqual([
      'Remove debian-12.7.0-amd64-netinst.iso?',
      expect.stringContaining('Its data stays on disk.'),
      expect.stringContaining('Escape cancels'),
      '1 of 3: Keep it',
    ]);
    expect(await press(tab, '2 of 3')).toEqual(['2 of 3: Remove it']);
    const said = await press(enter, 'Done: Removed debian');
    await screen.untilShows('7 publications.');
    expect(said.join('\n')).toMatch(/1 of 7: archlinux/);
    await press('z', 'Done: Published again: debian');
  });

  it('shows what is typed where it is typed, and says what comes of it when typing rests', async () => {
    await open();
    await screen.untilShows('1 of 8');
    await press('/', 'Filter:');
    for (const letter of 'arch') screen.type(letter);
    await screen.untilShows('Filter: arch');
    expect(screen.text()).not.toContain('match');
    expect(screen.stdout.emulator.buffer.active.cursorX).toBe('Filter: arch'.length);
    screen.type('\u007f');
    await screen.until((text) => /^Filter: arc$/m.test(text));
    screen.clock.advance(700);
    await screen.untilShows('1 of 8 publications match arc.', '1 of 1: archlinux');
    await screen.until((text) => text.trimEnd().endsWith('Filter: arc'));
    screen.type(enter);
    await screen.settle();
    await press(esc, '8 publications.');
  });

  it('tells what others do, and sums up when it is much', async () => {
    await open();
    await screen.untilShows('1 of 8');
    const told = (...ids: number[]) =>
      engine.send({ events: ids.map((id) => event(id, { askedBy: 'command line' })) });
    told(1);
    screen.clock.advance(1000);
    await screen.untilShows('News: event number 1, asked for by the command line.');
    engine.send({ events: [event(2, { askedBy: 'dashboard' })] });
    told(3, 4, 5, 6);
    screen.clock.advance(1000);
    await screen.untilShows('4 things happened; L lists them. The last: News: event number 6');
    expect(screen.text()).not.toContain('event number 2');
  });

  it('says that the engine is gone, not every second of it, and that it is back', async () => {
    await open();
    await screen.untilShows('1 of 8');
    engine.refusal = 'It does not start.';
    engine.die();
    await screen.untilShows('No engine: The connection to the engine ended.');
    screen.clock.advance(1000);
    await screen.untilShows('No engine: It does not start.');
    screen.clock.advance(1000);
    await screen.settle();
    expect(screen.text().match(/It does not start/g)).toHaveLength(1);
    engine.refusal = null;
    const said = await press('r', 'Engine 0.1.0 runs.');
    expect(said.join('\n')).not.toContain('1 of 8');
  });

  it('tells all of a view again when it is asked, and after the terminal was given away', async () => {
    await open();
    await screen.untilShows('1 of 8');
    const said = await press('\u000c', 'links name seed.example.org:6969');
    expect(said).toContain('8 publications.');
    expect(said.filter((line) => / of 8: /.test(line))).toHaveLength(8);
    expect(said).toContainEqual(expect.stringMatching(/^The port for peers, 6881, is \w+: /));
    await press('\u001a', '8 of 8: old-dataset');
    expect(screen.suspensions).toBe(1);
  });

  it('reads a publication tab by tab, and lines one by one', async () => {
    engine.peers = [
      peer(0, { client: 'XX 1', progress: 0.5, source: 'dht', encrypted: true, secondsLeft: 90 }),
      peer(1),
    ];
    engine.trackers = [tracker({ state: 'failing', message: 'timed out' })];
    engine.files = Array.from({ length: 15 }, (_, index) => ({
      path: `disc/${index}.bin`,
      length: 1024,
      fault: index === 1 ? ('missing' as const) : null,
    }));
    engine.rates = [3000, 4000];
    await open();
    await screen.untilShows('1 of 8');
    const overview = await press(enter, 'Web seeds: ');
    expect(overview[0]).toBe('debian-12.7.0-amd64-netinst.iso, healthy: overview.');
    expect(overview).toContainEqual(expect.stringMatching(/^Magnet: magnet:\?xt=urn:btih:\w{40}&/));
    expect(await press('j', '2 of ')).toEqual([expect.stringMatching(/^2 of \d+: Sent: /)]);
    const peers = await press('2', 'XX 1, 198.51.100.1');
    expect(peers).toContain('2 peers connected.');
    expect(peers.join('\n')).toMatch(
      /has 50 %, is sent data, at 410 KiB\/s, .*DHT, encrypted, 1m 30s left, connected for /,
    );
    const files = await press('3', '3 more lines; Down goes on one by one.');
    expect(files).toContain('disc/1.bin, 1.0 KiB, missing');
    await press('G', '15 of 15: disc/14.bin');
    await press('4', 'fails, and is tried again, tier 1');
    await press('5', 'Upload rate: now 3.9 KiB/s, peak 3.9 KiB/s');
    await press('s', 'The last hour');
    await press('6', 'events.');
    await press(esc, '8 publications.');
  });

  it('reads the panels, the settings, help and the palette', async () => {
    engine.events = [event(1), event(2, { level: 'error', text: 'it broke' })];
    await open();
    await screen.untilShows('1 error not read yet; L shows the log.');
    // what happened before it was opened is no news
    expect(screen.text()).not.toContain('it broke');
    const health = await press('H', '1 of 5');
    expect(health.join('\n')).toContain('old-dataset.csv.gz, dead. it is dead Known by a look');
    await press('L', '1 of 2: error, it broke');
    await press('e', '1 error.');
    await press('T', 'Asked by HTTP: 2.5 announces a second');
    await press('j', '2 of ');
    await press(',', '1 of 6: publicHost is nothing, the default.');
    await press('jjj', '4 of 6: dashboard.theme is auto');
    await press(enter, 'dashboard.theme is dark, the default is auto');
    await press('kk', '2 of 6: http.port');
    await press(enter, 'http.port: 6969');
    screen.type(`x${enter}`);
    await screen.untilShows('6969x');
    screen.clock.advance(700);
    await screen.untilShows('Not possible: http.port cannot be "6969x"');
    await press(esc, '2 of 6: http.port is 6969');
    await press('?', 'Help: the keys of the settings.');
    await press(esc, 'The settings.');
    await press(':', 'The command palette');
    screen.type('mgn');
    await screen.untilShows('Narrow down: mgn');
    screen.clock.advance(700);
    await screen.untilShows('copy magnet: ');
  });

  it('publishes: browser, form, hashing and the links', async () => {
    await open();
    await screen.untilShows('1 of 8');
    const browser = await press('p', '1 of 2');
    await press(tab, '2 begin so: debian.iso, notes.txt.');
    await press(esc, '1 of 2: debian.iso');
    expect(browser.join('\n')).toContain(`Publish: what is in ${cwd}.`);
    expect(browser).toContain('1 of 2: debian.iso, 2.0 KiB');
    await press(down, '2 of 2: notes.txt, 1 B');
    screen.type('deb');
    await screen.untilShows('Narrow down: deb');
    screen.clock.advance(700);
    await screen.untilShows('1 entry match deb.', '1 of 1: debian.iso');
    await press(enter, '1 of 6: Name. What it is called in the torrent.');
    await screen.untilShows('Name: debian.iso');
    screen.clock.advance(700);
    await screen.untilShows('Enter publishes it');
    await press(tab, '2 of 6: Comment.');
    await press(tab, '3 of 6: Private: no, of no, yes; Space changes it.');
    await press(' ', 'Private: yes, of no, yes');
    await press(enter, 'Publishing debian.iso.');
    const job = engine.started.at(-1)?.params.job ?? '';
    engine.progress(progress({ job, hashedBytes: 40, totalBytes: 100 }));
    screen.clock.advance(1000);
    await screen.untilShows('Hashing its pieces.', '40 percent of 100 B');
    engine.progress(progress({ job, hashedBytes: 45, totalBytes: 100 }));
    screen.clock.advance(1000);
    await screen.settle();
    expect(screen.text()).not.toContain('45 percent');
    engine.finishPublish();
    await screen.untilShows('Live: debian.iso.', 'Magnet link: magnet:?xt=urn:btih:');
    await press('y', 'Done: Copied the magnet link');
    expect(screen.copied()).toHaveLength(1);
  });

  it('deletes data once the name is typed, and takes a limit', async () => {
    await open();
    await screen.untilShows('1 of 8');
    await press('U', 'Limit: ');
    await press(esc, '8 publications.');
    await press('d', '1 of 3');
    await press(`${tab}${tab}`, '3 of 3: Delete its data too');
    await press(enter, 'are deleted for good');
    // which the engine tells a moment later
    await screen.untilShows(' at /srv/debian-12.7.0-amd64-netinst.iso are deleted for good');
    screen.type(`no${enter}`);
    await screen.untilShows('Name: no');
    screen.clock.advance(700);
    await screen.untilShows('Not possible: That is not its name: nothing is deleted.');
  });
});
