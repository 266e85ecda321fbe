import { afterEach, describe, expect, it } from 'vitest';
import { EverseedError } from '../../../source/errors.ts';
import { textWidth } from '../../../source/ui/terminal/text-width.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection, event, publication } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

afterEach(closeScreens);

async function openAt(key: string, engine: FakeEngine, columns = 80, rows = 24): Promise<Screen> {
  const screen = new Screen(engine, { columns, rows });
  await screen.untilShows('everseed', '1/');
  screen.type(key);
  return screen;
}

describe.each([
  [40, 10],
  [80, 24],
  [120, 40],
])('the panels at %ix%i', (columns, rows) => {
  it('fit, and are reached from one another', async () => {
    const engine = new FakeEngine(collection());
    engine.events = [event(1)];
    const screen = await openAt('H', engine, columns, rows);
    const shows: [string, ...string[]][] = [
      ['', '× dead', 'old-dataset'],
      ['L', 'event number 1'],
      ['T', 'Listens at', 'HTTP 6969'],
      ['H', '× dead'],
      ['\u001b', 'debian', '1/8'],
    ];
    for (const [key, ...parts] of shows) {
      screen.type(key);
      await screen.untilShows(...parts);
      for (const line of screen.stdout.lines()) {
        expect(textWidth(line)).toBeLessThanOrEqual(columns);
      }
    }
  });
});

describe('health', () => {
  it('says of each what is so, how it is known and what to do, and opens it', async () => {
    const screen = await openAt('H', new FakeEngine(collection()));
    await screen.untilShows(
      '1 dead',
      '2 healthy',
      '1/5',
      'it is dead',
      'known by: a look at the files, ',
      'to do: see to ',
    );
    screen.type('j');
    await screen.untilShows('2/5');
    const name = /▸ \S+ +\S+ +(.{10})/.exec(screen.line('▸'))?.[1] ?? 'none';
    screen.type('\r');
    await screen.untilShows('Overview', name.trim());
  });

  it('is quiet when all is well, and while nothing changes', async () => {
    const engine = new FakeEngine([publication(1)]);
    const screen = await openAt('H', engine);
    await screen.untilShows('Nothing is amiss.', '1 healthy');
    await screen.settle();
    const before = screen.stdout.bytes;
    const asked = engine.requestsOf('health.problems').length;
    screen.clock.advance(2000);
    await screen.until(() => engine.requestsOf('health.problems').length > asked, 'a request');
    await screen.settle();
    expect(screen.stdout.bytes).toBe(before);
    screen.type('\u001b');
    await screen.untilShows('1/1');
    const last = engine.requestsOf('health.problems').length;
    screen.clock.advance(10_000);
    expect(engine.requestsOf('health.problems')).toHaveLength(last);
  });

  it('is asked for once in two seconds, however often one left and came back meanwhile', async () => {
    const engine = new FakeEngine([publication(1)]);
    const screen = new Screen(engine);
    await screen.untilShows('everseed', '1/1');
    const release = engine.hold('health.problems');
    const asked = () => engine.requestsOf('health.problems').length;
    for (let visit = 1; visit <= 3; visit++) {
      screen.type('H');
      await screen.until(() => asked() === visit, `request ${visit}`);
      screen.type('\u001b');
      await screen.untilShows('1/1');
    }
    screen.type('H');
    await screen.until(() => asked() === 4, 'the last request');
    release();
    await screen.untilShows('Nothing is amiss.');
    await screen.settle();
    screen.clock.advance(2000);
    await screen.settle();
    expect(asked()).toBe(5);
  });

  it('says once why an engine does not tell, and not again what was dismissed', async () => {
    const engine = new FakeEngine([publication(1)]);
    const answer = engine.answer.bind(engine);
    engine.answer = async (method, params) => {
      if (method !== 'health.problems') return answer(method, params);
      engine.requests.push({ method, params });
      throw new EverseedError('method-unknown', 'there is no such request');
    };
    const screen = await openAt('H', engine);
    await screen.untilShows('× there is no such request');
    screen.type('\u001b');
    await screen.untilGone('no such request');
    screen.clock.advance(2000);
    await screen.until(() => engine.requestsOf('health.problems').length === 2, 'a request');
    await screen.settle();
    expect(screen.text()).not.toContain('no such request');
    expect(screen.text()).toContain(' Health ');
  });

  it.each([
    ['open', 'peers elsewhere reach it, '],
    ['mapped', 'the router passes it on; nobody has come'],
    ['not-mapped', 'nobody has come from outside yet: TCP 6881: refused'],
    ['unknown', 'no router can be asked'],
    ['closed', 'it accepts no peers'],
  ] as const)('says how the everseed is reached from outside: %s', async (state, words) => {
    const engine = new FakeEngine([publication(1)]);
    const reachedAt = state === 'open' ? 0 : null;
    const problem = state === 'not-mapped' ? 'TCP 6881: refused' : null;
    engine.reachability = { state, reachedAt, problem };
    const screen = new Screen(engine, { columns: 110 });
    await screen.untilShows('everseed', '1/1');
    screen.type('H');
    await screen.untilShows(
      'Nothing is amiss.',
      `:6881 ${state.replace('-', ' ').replace('unknown', 'untested')}  `,
      words,
    );
  });

  it('keeps the cursor on its publication when others get worse', async () => {
    const engine = new FakeEngine([
      publication(1, { name: 'one', health: 'sole-seed' }),
      publication(2, { name: 'two', health: 'sole-seed' }),
    ]);
    const screen = await openAt('H', engine);
    await screen.untilShows('known by');
    screen.type('j');
    await screen.untilShows('▸ ◐ sole seed    two');
    engine.publications.delete(1);
    screen.clock.advance(2000);
    await screen.untilShows('▸ ◐ sole seed    two', '1/1');
  });
});

describe('the log', () => {
  it('behaviour 15: the log tells what happened, when, and who asked, the newest first', async () => {
    const engine = new FakeEngine(collection());
    engine.events = [
      event(1, { text: 'published debian', askedBy: 'command line' }),
      event(2, { level: 'error', text: 'old-dataset: data missing', publication: 8 }),
    ];
    const screen = await openAt('L', engine);
    await screen.untilShows('data missing', 'command line', '01-02', '1/2');
    expect(screen.text().indexOf('data missing')).toBeLessThan(screen.text().indexOf('published'));
    screen.clock.advance(1000);
    engine.send({ events: [event(3, { text: 'paused arch' })] });
    await screen.untilShows('paused arch', '1/3');
    screen.type('e');
    await screen.untilShows('errors only', '1/1');
    expect(screen.text()).not.toContain('published debian');
    screen.type('\r');
    await screen.untilShows('Overview', 'old-dataset');
  });

  it('behaviour 15: says that there are errors until they were read, here or elsewhere', async () => {
    const engine = new FakeEngine(collection());
    engine.events = [event(1, { level: 'error' }), event(2, { level: 'error' }), event(3)];
    engine.eventsReadTo = 1;
    const screen = new Screen(engine);
    await screen.untilShows('× 1 error not read yet: L shows the log');
    screen.type('L');
    await screen.untilShows('event number 3');
    await screen.untilGone('not read yet');
    expect(engine.requestsOf('events.read')).toEqual([{ upTo: 3 }]);
    screen.type('\u001b');
    await screen.untilShows('1/8');
    screen.clock.advance(1000);
    engine.send({ events: [event(4, { level: 'error' })] });
    await screen.untilShows('1 error not read yet');
    screen.clock.advance(1000);
    engine.send({ eventsReadTo: 4 });
    await screen.untilGone('not read yet');
  });

  it('asks for older events as they are scrolled to', async () => {
    const engine = new FakeEngine(collection());
    const all = Array.from({ length: 300 }, (_, index) => event(index + 1));
    engine.events = all.slice(-200);
    const screen = await openAt('L', engine);
    await screen.untilShows('1/200');
    engine.events = all;
    screen.type('G');
    await screen.untilShows('/300');
    screen.type('G');
    await screen.untilShows('300/300', 'event number 1 ');
  });
});

describe('the log of an engine that knows less', () => {
  it('is told to be read once, and an error that was dismissed does not come again', async () => {
    const engine = new FakeEngine(collection());
    engine.events = [event(1), event(2)];
    const answer = engine.answer.bind(engine);
    engine.answer = async (method, params) => {
      if (method !== 'events.read') return answer(method, params);
      engine.requests.push({ method, params });
      throw new EverseedError('method-unknown', 'there is no such request');
    };
    const screen = await openAt('L', engine);
    await screen.untilShows('× there is no such request');
    screen.type('\u001b');
    await screen.untilGone('no such request');
    screen.type('j');
    await screen.untilShows('2/2');
    await screen.settle();
    expect(screen.text()).not.toContain('no such request');
    expect(engine.requestsOf('events.read')).toHaveLength(1);
  });
});

describe('errors in the log', () => {
  it('are found among older events, too', async () => {
    const engine = new FakeEngine(collection());
    const all = Array.from({ length: 700 }, (_, index) =>
      event(index + 1, index === 4 ? { level: 'error', text: 'the old error' } : {}),
    );
    engine.events = all.slice(-200);
    const screen = await openAt('L', engine);
    await screen.untilShows('1/200');
    engine.events = all;
    screen.type('e');
    await screen.untilShows('the old error', '1/1');
  });
});

describe('the tracker', () => {
  it('shows what it is asked by which protocol, and its largest swarms', async () => {
    const screen = await openAt('T', new FakeEngine(collection()));
    await screen.untilShows(
      '8 with peers, of 8 publications',
      '100: 90 by IPv4',
      'Interval     30m',
    );
    expect(screen.line('Asked by')).toMatch(/A second +Announces .*Refused +Malformed/);
    expect(screen.line('HTTP  ')).toMatch(/HTTP +2\.5 +1200 .* 7 +0/);
    expect(screen.line(' All ')).toMatch(/All +5\.0 +2400/);
    const lines = screen.stdout.lines();
    const first = lines.findIndex((line) => line.includes('Largest swarms')) + 1;
    expect(lines[first]).toMatch(/Big Buck Bunny .* ━+ +9 +3 +3/);
  });

  it('asks only while it is shown', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openAt('T', engine);
    await screen.untilShows('Asked by');
    const asked = engine.requestsOf('tracker.stats').length;
    screen.clock.advance(2000);
    await screen.until(() => engine.requestsOf('tracker.stats').length > asked, 'a request');
    screen.type('\u001b');
    await screen.untilShows('1/8');
    const last = engine.requestsOf('tracker.stats').length;
    screen.clock.advance(10_000);
    expect(engine.requestsOf('tracker.stats')).toHaveLength(last);
  });
});
