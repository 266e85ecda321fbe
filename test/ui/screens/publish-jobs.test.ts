import { describe, expect, it } from 'vitest';
import { EverseedError } from '../../../source/errors.ts';
import { qrCodeLines } from '../../../source/ui/components/qr-code.ts';
import { browsedFolder } from '../support/browsed-folder.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection, progress } from '../support/samples.ts';
import type { Screen } from '../support/screen.ts';

const { path, open } = browsedFolder();

async function startHashing(
  engine: FakeEngine,
  size: { columns?: number; rows?: number } = {},
): Promise<{ screen: Screen; job: string }> {
  const screen = open(engine, size);
  await screen.untilShows('p publish');
  screen.type('p');
  await screen.untilShows('debian.iso');
  screen.type('deb\r');
  await screen.untilShows('2524 of 256 KiB');
  screen.type('\r');
  await screen.until(() => engine.started.length === 1, 'the job');
  await screen.untilShows('Publishing debian.iso');
  return { screen, job: engine.started[0]?.params.job ?? '' };
}

describe('a job of another client', () => {
  it('can be watched, and cancelled once that was asked', async () => {
    const engine = new FakeEngine(collection());
    engine.jobs = [progress({ job: 'theirs' })];
    const screen = open(engine);
    await screen.untilShows('hashing debian');
    screen.type('b');
    await screen.untilShows('Publishing debian', 'another client of this everseed');
    screen.type('c');
    await screen.untilShows(
      'Cancel publishing debian',
      'Another client began it',
      '▸ Let it go on',
    );
    screen.type('\r');
    await screen.untilGone('Let it go on');
    expect(engine.requestsOf('publish.cancel')).toEqual([]);
    screen.type('c');
    await screen.untilShows('▸ Let it go on');
    screen.type('\t');
    await screen.untilShows('▸ Cancel it');
    screen.type('\r');
    await screen.until(() => engine.requestsOf('publish.cancel').length === 1, 'the request');
    expect(engine.requestsOf('publish.cancel')).toEqual([{ job: 'theirs' }]);
    engine.send({ jobs: [] });
    await screen.untilShows('That job is over.', '1/8');
  });
});

describe('the job', () => {
  it('shows how far, how fast and how long', async () => {
    const engine = new FakeEngine();
    const { screen, job } = await startHashing(engine);
    engine.progress(progress({ job }));
    await screen.untilShows(
      'Hashing its pieces',
      '53 %',
      'Hashed      340 MiB of 631 MiB',
      'Files       0 of 1',
      'Rate        412 MiB/s',
      'Time left   1s',
    );
  });

  it('is cancelled by c, back to the form', async () => {
    const engine = new FakeEngine();
    const { screen, job } = await startHashing(engine);
    screen.type('c');
    await screen.untilShows('Cancelled: debian.iso is not published.', 'Enter publishes it.');
    expect(engine.requestsOf('publish.cancel')).toEqual([{ job }]);
  });

  it('goes to the background, comes back and ends there', async () => {
    const engine = new FakeEngine(collection());
    const { screen, job } = await startHashing(engine);
    engine.progress(progress({ job, path: path('debian.iso') }));
    await screen.untilShows('53 %');
    screen.type('b');
    await screen.untilShows('hashing debian.iso', '1/8');
    screen.type('b');
    await screen.untilShows('Publishing debian.iso');
    screen.type('b');
    await screen.untilShows('1/8');
    engine.finishPublish();
    await screen.untilShows('✓ debian.iso is live.', '/9');
  });

  it('is what help that was opened on it stays about when it ends', async () => {
    const engine = new FakeEngine();
    const { screen } = await startHashing(engine);
    screen.type('?');
    await screen.untilShows('Keys of a publish job', '▸ z');
    engine.finishPublish();
    await screen.settle();
    expect(screen.text()).toContain('Keys of a publish job');
    screen.type('cancel');
    await screen.untilShows('▸ c');
    screen.type('\r');
    await screen.untilShows('× Not here: it is for a publish job.');
    screen.type('\u001b');
    await screen.untilGone('▸ c');
    screen.type('\u001b');
    await screen.untilShows('Live: debian.iso');
  });

  it('fails in the engine’s words, with a way back', async () => {
    const engine = new FakeEngine();
    const { screen } = await startHashing(engine);
    engine.started[0]?.fail(
      new EverseedError('changed', 'debian.iso changed while it was hashed.'),
    );
    await screen.untilShows(
      '× Not published: debian.iso',
      'debian.iso changed while it was hashed.',
    );
    screen.type('\r');
    await screen.untilShows('Enter publishes it.');
  });

  it('says so when the content was published already', async () => {
    const engine = new FakeEngine();
    const { screen } = await startHashing(engine);
    engine.finishPublish(true);
    await screen.untilShows('● Already published: debian.iso', 'nothing was added');
  });
});

describe('the card', () => {
  it('says what was left out, and puts the cursor on what is new', async () => {
    const engine = new FakeEngine(collection());
    const { screen, job } = await startHashing(engine);
    expect(job).not.toBe('');
    const made = engine.finishPublish(false, [
      { path: 'a/fifo', reason: 'not a file' },
      { path: '.DS_Store', reason: 'litter' },
    ]);
    await screen.untilShows('Live: debian.iso', 'Left out: a/fifo (not a file)', '.DS_Store');
    engine.update(made);
    screen.type('\u001b');
    await screen.untilShows('/9');
    expect(screen.line('debian.iso')).toMatch(/^▸/);
  });

  it.each([
    [40, 10],
    [80, 24],
  ])('shows a QR code of each link at %ix%i, or why not', async (columns, rows) => {
    const engine = new FakeEngine();
    const { screen } = await startHashing(engine, { columns, rows });
    engine.finishPublish();
    await screen.untilShows('Live: debian.iso');
    screen.type('c');
    await screen.untilShows('page URL', rows === 10 ? 'The QR code needs 38x19 here' : '█▀▀▀▀▀█');
    screen.type('\t');
    await screen.untilShows('magnet link');
    screen.type('y');
    await screen.untilShows('Copied the magnet link');
    screen.type('c');
    await screen.untilShows('Live: debian.iso');
  });

  it('has the code of the page beside it when there is room', async () => {
    const engine = new FakeEngine();
    const { screen } = await startHashing(engine, { columns: 120, rows: 40 });
    const made = engine.finishPublish();
    await screen.untilShows('Live: debian.iso', '█▀▀▀▀▀█', 'This one is the page.');
    const { pageUrl, torrentUrl } = engine.detail(made);
    const code = qrCodeLines(pageUrl).map((line) => line.trim());
    for (const line of code) expect(screen.text()).toContain(line);
    // wide as it is, its links are whole on a line each
    expect(screen.text()).toContain(torrentUrl);
  });

  it('has links in full beside the code of the page at 80x24', async () => {
    const engine = new FakeEngine();
    const { screen } = await startHashing(engine, { columns: 80, rows: 24 });
    const { magnet, pageUrl, torrentUrl } = engine.detail(engine.finishPublish());
    await screen.untilShows('Live: debian.iso', '█▀▀▀▀▀█');
    for (const line of qrCodeLines(pageUrl)) expect(screen.text()).toContain(line.trim());
    const beside = screen.stdout
      .lines()
      .slice(2, -2)
      .map((line) => line.slice(13, 42).trim())
      .join('');
    for (const link of [magnet, torrentUrl, pageUrl]) expect(beside).toContain(link);
  });

  it('copies each link', async () => {
    const engine = new FakeEngine();
    const { screen } = await startHashing(engine);
    engine.finishPublish();
    await screen.untilShows('Live: debian.iso');
    screen.type('y');
    await screen.untilShows('Copied the magnet link');
    screen.type('t');
    await screen.untilShows('Copied the .torrent URL');
    screen.type('u');
    await screen.untilShows('Copied the page URL');
    expect(screen.copied()).toEqual([
      expect.stringMatching(/^magnet:/),
      expect.stringMatching(/\.torrent$/),
      expect.stringMatching(/\/p\//),
    ]);
  });

  it('shows the links as plain text and comes back', async () => {
    const engine = new FakeEngine();
    const { screen } = await startHashing(engine);
    engine.finishPublish();
    await screen.untilShows('Live: debian.iso');
    await screen.settle();
    const card = screen.text();
    screen.type('v');
    await screen.untilShows('Magnet link:', 'Press any key to go back.');
    expect(screen.stdout.isAlternate).toBe(false);
    screen.type('\n');
    await screen.until((text) => text === card, 'the card, from its first line');
    expect(screen.stdout.isAlternate).toBe(true);
    screen.type('p');
    await screen.untilShows('Type to narrow down');
  });
});
