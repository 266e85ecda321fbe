import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EverseedError } from '../../../source/errors.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection, progress } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'everseed-browser-'));
  await mkdir(join(cwd, 'photos', 'summer'), { recursive: true });
  await writeFile(join(cwd, 'debian.iso'), 'x'.repeat(2048));
  await writeFile(join(cwd, '.hidden'), '');
});

afterEach(async () => {
  closeScreens();
  await rm(cwd, { recursive: true });
});

function open(engine: FakeEngine, size: { columns?: number; rows?: number } = {}): Screen {
  return new Screen(engine, { cwd, ...size });
}

async function startHashing(engine: FakeEngine): Promise<{ screen: Screen; job: string }> {
  const screen = open(engine);
  await screen.untilShows('p publish');
  screen.type('p');
  await screen.untilShows('debian.iso');
  screen.type('deb\r');
  await screen.untilShows('Enter publishes it.');
  screen.type('\r');
  await screen.until(() => engine.started.length === 1, 'the job');
  await screen.untilShows('Publishing debian.iso');
  return { screen, job: engine.started[0]?.params.job ?? '' };
}

describe.each([
  [40, 10],
  [80, 24],
  [120, 40],
])('publishing at %ix%i', (columns, rows) => {
  it('takes four keys from nothing to live', async () => {
    const engine = new FakeEngine();
    const screen = open(engine, { columns, rows });
    await screen.untilShows('Press p to publish');
    screen.type('p');
    await screen.untilShows('photos/', 'debian.iso', '2.0 KiB');
    screen.type('\u001b[B');
    await screen.untilShows('▸ debian.iso');
    screen.type('\r');
    await screen.untilShows('631 MiB in 1 file', '2524 of 256 KiB, v1', 'debian.iso');
    screen.type('\r');
    await screen.untilShows('Publishing debian.iso');
    expect(engine.requestsOf('publish')).toMatchObject([
      { path: join(cwd, 'debian.iso'), options: {} },
    ]);
    engine.finishPublish();
    await screen.untilShows('✓ Live: debian.iso', 'magnet:?xt=', 'http://seed', 'y Magnet');
    screen.type('\r');
    await screen.untilShows('Health');
  });
});

describe('choosing', () => {
  it('walks through folders, and publishes one as a whole', async () => {
    const engine = new FakeEngine();
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('▸ photos/');
    screen.type('\r');
    await screen.untilShows('▸ summer/', 'Space publish folder');
    screen.type('\u001b[D');
    await screen.untilShows('▸ photos/');
    screen.type(' ');
    await screen.untilShows('Enter publishes it.');
    expect(engine.requestsOf('preview')).toEqual([{ path: join(cwd, 'photos'), options: {} }]);
  });

  it('shows hidden files on demand', async () => {
    const screen = open(new FakeEngine());
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    expect(screen.text()).not.toContain('.hidden');
    screen.type('.');
    await screen.untilShows('.hidden');
  });

  it('narrows down by typing, and Esc clears before it goes back', async () => {
    const screen = open(new FakeEngine());
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('photos/');
    screen.type('iso');
    await screen.untilGone('photos/');
    screen.type('\u001b');
    await screen.untilShows('photos/');
    screen.type('\u001b');
    await screen.untilShows('Nothing is published yet');
  });

  it('completes a typed path', async () => {
    const engine = new FakeEngine();
    const screen = open(engine, { columns: 120 });
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('\t');
    await screen.untilShows('Tab completes');
    screen.type('ph');
    await screen.untilGone('debian.iso');
    screen.type('\t');
    await screen.untilShows('photos/', 'summer/');
    screen.type('\r');
    await screen.untilShows('Enter publishes it.');
    expect(engine.requestsOf('preview')).toEqual([{ path: join(cwd, 'photos'), options: {} }]);
  });

  it('takes a pasted path', async () => {
    const engine = new FakeEngine();
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.paste(`'${cwd}/debian.iso'\n`);
    await screen.untilShows('Enter publish it');
    screen.type('\r');
    await screen.untilShows('Enter publishes it.');
    expect(engine.requestsOf('preview')).toMatchObject([{ path: join(cwd, 'debian.iso') }]);
  });

  it('shows why a path is refused and goes back', async () => {
    const engine = new FakeEngine();
    engine.pathRefusal = 'debian.iso cannot be read: permission denied.';
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('deb\r');
    await screen.untilShows('× debian.iso cannot be read: permission denied.');
    screen.type('\r');
    screen.type('\u001b');
    await screen.untilShows('Only: deb');
    expect(engine.started).toEqual([]);
  });
});

describe('the form', () => {
  it('publishes with what was changed', async () => {
    const engine = new FakeEngine();
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('deb\r');
    await screen.untilShows('Enter publishes it.');
    screen.type('!\tnice words\t ');
    await screen.untilShows('debian.iso!', 'nice words', '[×]');
    screen.type('\r');
    await screen.until(() => engine.started.length === 1, 'the job');
    expect(engine.started[0]?.params.options).toEqual({
      name: 'debian.iso!',
      comment: 'nice words',
      private: true,
    });
  });

  it('says what is left out before it is', async () => {
    const engine = new FakeEngine();
    engine.leftOut = [{ path: 'a/fifo', reason: 'not a file' }];
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('deb\r');
    await screen.untilShows('Left out  a/fifo (not a file)');
  });

  it('publishes with type-ahead, once the preview is there', async () => {
    const engine = new FakeEngine();
    const screen = open(engine);
    await screen.untilShows('p publish');
    screen.type('p');
    await screen.untilShows('debian.iso');
    screen.type('deb\r\r');
    await screen.until(() => engine.started.length === 1, 'the job');
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
      '340 MiB of 631 MiB · 412 MiB/s · 1s left',
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
    engine.progress(progress({ job, path: join(cwd, 'debian.iso') }));
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
    screen.type('v');
    await screen.untilShows('Magnet link:', 'Press any key to go back.');
    expect(screen.stdout.isAlternate).toBe(false);
    screen.type('\n');
    await screen.untilShows('Live: debian.iso');
    expect(screen.stdout.isAlternate).toBe(true);
    screen.type('p');
    await screen.untilShows('Type to narrow down');
  });
});
