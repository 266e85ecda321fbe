import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeRandomFile } from '../../helpers/content.ts';
import { Everseed, type PublishedV1, until } from '../../helpers/everseed.ts';
import { Leecher } from '../../helpers/leecher.ts';
import { lifetimeOfFile } from '../../helpers/lifetime.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { keys, Terminal } from '../../helpers/terminal.ts';

/*
 * One engine and one pseudo-terminal, in which the dashboard stays open from test to test. Each ends
 * where it began: in the list, unfiltered, the newest first.
 */

const lifetime = lifetimeOfFile();
const fillers = Array.from({ length: 25 }, (_, index) => `filler-${10 + index}`);
const size = 3_000_000;
let everseed: Everseed;
let terminal: Terminal;
let folder: string;
let film: PublishedV1;

beforeAll(async () => {
  folder = await temporaryFolder(lifetime);
  for (const name of fillers) await writeRandomFile(join(folder, name), 20_000);
  await writeRandomFile(join(folder, 'film', 'reel one.bin'), size - 1000);
  await writeRandomFile(join(folder, 'film', 'subtitles.txt'), 1000);
  everseed = await Everseed.create({ lifetime });
  await everseed.run('publish', ...fillers.map((name) => join(folder, name)));
  film = await everseed.publish(join(folder, 'film'));
  terminal = new Terminal(everseed.commandLine(), { lifetime, cwd: folder });
});

/** Presses a key and waits for what it shows. */
async function press(key: string, ...wanted: (string | RegExp)[]): Promise<void> {
  terminal.press(key);
  for (const part of wanted) await terminal.sees(part);
}

test('behaviour 1: attaching shows at once all that is known, and then what changes', async () => {
  await terminal.sees('1/26');
  expect(terminal.line('film')).toMatch(/● healthy +film/);
  // no frame has pretended that there was nothing
  expect(terminal.output).not.toContain('Nothing is published');
  const { peer } = await everseed.status();
  const leecher = new Leecher(peer.port, { infoHash: film.infoHash });
  leecher.interested();
  await until(() => /film .* 1 +\S+$/.test(terminal.line('film').replace(/┃$/, '').trimEnd()));
  leecher.close();
});

test('behaviour 2: the list is home and has nearly all the rows; the rest opens from it', async () => {
  const rows = terminal.lines().filter((line) => line.includes('● healthy'));
  expect(rows).toHaveLength(24 - 5);
  for (const [key, wanted] of [
    ['H', 'Nothing is amiss'],
    ['L', 'What happened'],
    ['T', 'Listens at'],
    [',', '▸ publicHost'],
  ] as const) {
    await press(key, wanted);
    await press(keys.escape, '1/26');
  }
});

test('behaviour 4: ? lists the keys, narrowed down by typing, and Enter runs one', async () => {
  await press('?', 'Keys of the list');
  await press('other way', /▸ S .*sort the other way round/);
  await press(keys.enter, 'oldest first');
  await press('S', 'newest first');
});

test('behaviour 5: the palette finds any action by some of its letters, with its key', async () => {
  await press(':', 'Command');
  await press('mgn', /▸ copy magnet .* y/);
  await press(keys.enter, 'Copied the magnet link');
  expect(terminal.output).toContain('\u001b]52;c;');
  terminal.press(keys.escape);
  await until(() => !terminal.text().includes('Copied'));
});

test('behaviour 6: the filter narrows down live, stays, and is the first that Esc clears', async () => {
  await press('/', 'Enter keep');
  await press('r-1', '10 of 26 match');
  await press('2', '1 of 26 match', '1/1 of 26');
  await press(keys.enter, 'filter r-12', 'Esc all');
  const file = join(folder, 'other-12');
  await writeRandomFile(file, 20_000);
  await everseed.publish(file);
  await terminal.sees('2 of 27 match');
  await press(keys.escape, 'newest first');
  await press(keys.escape, '/27');
  await everseed.run('remove', 'other-12', '--yes');
  await terminal.sees('/26');
});

test('behaviour 7: the cursor stays on its publication when others come before it', async () => {
  await press('s', 'by name ↑');
  await press('g', '1/26');
  await press('jj', /▸ ● healthy +filler-12/, '3/26');
  const file = join(folder, 'aardvark');
  await writeRandomFile(file, 20_000);
  await everseed.publish(file);
  await terminal.sees('4/27');
  await terminal.sees(/▸ ● healthy +filler-12/);
  await everseed.run('remove', 'aardvark', '--yes');
  await terminal.sees('3/26');
  await terminal.sees(/▸ ● healthy +filler-12/);
  await press('s'.repeat(8), 'newest first');
  await press('g', '1/26');
});

test('behaviour 10: letters, and every way that terminals send arrows and ends, move the cursor', async () => {
  const moves: [string, number][] = [
    ['j', 2],
    ['k', 1],
    [keys.down, 2],
    ['\u001bOB', 3], // a terminal in application mode
    ['\u001bOA', 2],
    [keys.up, 1],
    ['G', 26],
    ['g', 1],
    [keys.end, 26],
    [keys.home, 1],
    ['\u001b[4~', 26], // tmux, screen and the Linux console
    ['\u001b[1~', 1],
    ['\u001bOF', 26],
    ['\u001bOH', 1],
    [keys.pageDown, 20],
    [keys.pageUp, 1],
    ['\u0006', 20],
    ['\u0002', 1],
  ];
  for (const [key, place] of moves) await press(key, ` ${place}/26`);
  // Ink cannot tell function keys apart; they do nothing, and leave no letters
  terminal.press('\u001bOP', '\u001b[15~', '\u001b[24~');
  await press('j', ' 2/26');
  await press('k', ' 1/26');
});

test('behaviour 20: a publication in tabs, with links to click and a real download in its peers, graph, trackers and events', async () => {
  const { peer } = await everseed.status();
  expect(terminal.output).not.toContain('\u001b]8;');
  await press(keys.enter, 'Overview', film.infoHash, 'healthy', film.pageUrl.slice(0, 40));
  // links can be clicked here, which they cannot in the list
  expect(terminal.output).toContain(`;${film.magnet}\u0007`);
  await press('2', 'No peer is connected');
  const leecher = new Leecher(peer.port, { infoHash: film.infoHash });
  const content = await leecher.download(size, film.pieceLength);
  expect(content).toHaveLength(size);
  await terminal.sees('XX 0.0.0.1');
  await terminal.sees(/incoming|127\.0\.0\.1:\d+/);
  await press('s', 'by sent');
  // the flags and what they mean are where there is room for them
  terminal.resize(120, 24);
  await terminal.sees('U sent data');
  terminal.resize(80, 24);
  await press('3', 'reel one.bin', 'in place', 'subtitles.txt');
  await press('4', 'this everseed’s own', 'tier 1', 'udp://127.0.0.1');
  await press('5', 'The last 5 minutes', /sent 2\.\d MiB/, /peak [\d.]+ [KM]iB\/s/);
  expect(terminal.text()).toMatch(/[⡀-⣿]/u);
  await press('s', 'The last hour');
  await press('6', 'published film', 'command line');
  leecher.close();
  await press('2', 'No peer is connected');
  await press(keys.escape, '1/26');
  await terminal.sees(/film +.* 1\.\d\d /);
});

test('panels tell what the tracker was asked, what happened, and lead to publications and back', async () => {
  const { http } = await everseed.status();
  const query = [
    `info_hash=${[...Buffer.from(film.infoHash, 'hex')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}`,
    'peer_id=-XX0001-abcdefghijkl&port=4321&uploaded=0&downloaded=0&left=1&compact=1',
  ].join('&');
  const answer = await fetch(`http://127.0.0.1:${http.port}/announce?${query}`);
  expect(answer.status).toBe(200);
  await press('T', 'Listens at', /HTTP +\d.* 1 /, /film .* 1$/m);
  await press('L', 'What happened', 'published film');
  await press('G', / started/);
  await press('g', /▸ .*removed aardvark/);
  await press('jjjj', /▸ .*published film/);
  await press(keys.enter, 'Overview');
  // Esc goes back by the way that led here
  await press(keys.escape, 'What happened');
  await press(keys.escape, 'Listens at');
  await press(keys.escape, '1/26');
});

test('for a screen reader: lines of text that say the row, what changes and what is asked', async () => {
  const reader = new Terminal(everseed.commandLine('--screen-reader'), {
    lifetime,
    columns: 200,
    rows: 100,
    cwd: folder,
  });
  const say = async (key: string, ...wanted: (string | RegExp)[]) => {
    reader.press(key);
    for (const part of wanted) await reader.sees(part);
  };
  await reader.sees('26 publications.');
  await reader.sees(/^1 of 26: film, healthy, 2\.9 MiB, no peers, sent /m);
  expect(reader.fullScreen).toBe(false);
  await say('j', /^2 of 26: filler-34, healthy, 19\.5 KiB/m);
  await say(' ', '1 selected.', '3 of 26: filler-33');
  await say('d', 'Remove filler-34?', 'Its data stays on disk.', '1 of 3: Keep it');
  await say(keys.escape, /Keep it\nThe list of publications\.\n(.*\n)+3 of 26: filler-33/);
  await say(keys.escape, 'Nothing is selected.');
  await say('/', 'Filter:');
  await say('film', 'Filter: film', '1 of 26 publications match film.', /^1 of 1: film/m);
  await say(keys.enter);
  await say(
    keys.enter,
    'film, healthy: overview.',
    `Info hash: ${film.infoHash}`,
    'Magnet: magnet:',
  );
  await say('3', '2 files.', 'subtitles.txt, 1000 B, in place');
  reader.press('q');
  expect(await reader.ended()).toBe(0);
  await reader.sees('everseed keeps seeding 26 publications');
  expect(reader.leftBehind()).toEqual([]);
  // neither boxes, bars, braille nor other signs, and nothing is drawn over
  expect(reader.output).not.toMatch(/[\u2190-\u21ff\u2500-\u25ff\u2800-\u28ff\u2026\u2713]/u);
  for (const moves of ['\u001b[H', '\u001b[2J', '\u001b[J', '\u001b[1A']) {
    expect(reader.output).not.toContain(moves);
  }
});

test('behaviour 21: whatever the size becomes, the frame is whole at once, and as before when it is back', async () => {
  // what was sent a while ago moves on in the header and in the row of what it was of, and the minutes
  // for which a removal can be taken back run
  const still = () =>
    terminal.lines().filter((line, row) => row > 0 && !/film|takes back/.test(line));
  const before = still().join('\n');
  for (const [columns, rows] of [
    [40, 10],
    [120, 40],
    [39, 9],
    [200, 50],
    [41, 11],
    [80, 24],
    [40, 10],
  ] as const) {
    terminal.resize(columns, rows);
  }
  await until(() => terminal.lines().at(-1)?.includes('q detach') ?? false);
  await terminal.sees('1/26');
  expect(terminal.lines()).toHaveLength(10);
  await terminal.sees(/^▸ ● healthy +film/m);
  terminal.resize(39, 9);
  await terminal.sees('40x10 needed, 39x9 here');
  terminal.resize(80, 24);
  await until(() => still().join('\n') === before);
  for (const clear of ['\u001b[2J', '\u001b[3J']) expect(terminal.output).not.toContain(clear);
});
