import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { SwarmCounts } from '../../source/tracker/announce.ts';
import type { BinaryString } from '../../source/tracker/binary-string.ts';
import { idText } from '../../source/tracker/id-words.ts';
import { formatIpAddress, parseCompactEndpoint } from '../../source/tracker/ip-address.ts';
import { createMemoryStore } from '../../source/tracker/memory/memory-store.ts';
import type { SwarmStore, SwarmStoreOptions } from '../../source/tracker/swarm-store.ts';
import { addressOf, createTestTracker, plainAnnounce } from './test-tracker.ts';
import { announcementOf, type TextAnnouncement } from './text-store.ts';

/**
 * That the interface of swarm stores is enough for one that several machines share: here two of them,
 * which tell each other in text, later, what each was told.
 */

type Told =
  | { kind: 'announced'; announcement: TextAnnouncement }
  | { kind: 'guests'; infoHash: BinaryString; guests: SwarmCounts }
  | { kind: 'completed'; infoHash: BinaryString };

/** What is between the machines: it takes its time, and keeps the order. */
class Network {
  readonly #hear: ((from: number, told: Told) => void)[] = [];
  #onTheWay: [from: number, text: string][] = [];

  join(hear: (from: number, told: Told) => void): (told: Told) => void {
    const machine = this.#hear.push(hear) - 1;
    return (told) => void this.#onTheWay.push([machine, JSON.stringify(told)]);
  }

  async deliver(): Promise<void> {
    await nextTurn();
    for (const [from, text] of this.#onTheWay.splice(0)) {
      for (const [to, hear] of this.#hear.entries()) if (to !== from) hear(from, JSON.parse(text));
    }
  }
}

function sharedStore(network: Network, options: SwarmStoreOptions): SwarmStore {
  const copy = createMemoryStore(options);
  const here = -1;
  const guestsOf = new Map<BinaryString, Map<number, SwarmCounts>>();
  const setGuests = (machine: number, infoHash: BinaryString, guests: SwarmCounts) => {
    const all = guestsOf.get(infoHash) ?? new Map<number, SwarmCounts>();
    guestsOf.set(infoHash, all.set(machine, guests));
    const sum = { seeds: 0, leechers: 0, partialSeeds: 0 };
    for (const one of all.values()) {
      sum.seeds += one.seeds;
      sum.leechers += one.leechers;
      sum.partialSeeds += one.partialSeeds;
    }
    copy.setGuests(infoHash, sum);
  };
  const tell = network.join((from, told) => {
    if (told.kind === 'announced') copy.announce(announcementOf(told.announcement));
    else if (told.kind === 'guests') setGuests(from, told.infoHash, told.guests);
    else copy.addCompleted(told.infoHash);
  });
  return {
    announce(announcement) {
      if (!announcement.unlisted) {
        const infoHash = idText(announcement.infoHash);
        const peerId = idText(announcement.peerId);
        const told = { ...announcement, infoHash, peerId, want: 0 };
        tell({ kind: 'announced', announcement: told });
      }
      return copy.announce(announcement);
    },
    setGuests(infoHash, guests) {
      tell({ kind: 'guests', infoHash, guests });
      setGuests(here, infoHash, guests);
    },
    addCompleted(infoHash) {
      tell({ kind: 'completed', infoHash });
      copy.addCompleted(infoHash);
    },
    counts: (infoHash) => copy.counts(infoHash),
    setCompleted: (infoHash, completed) => copy.setCompleted(infoHash, completed),
    takeCompleted: () => copy.takeCompleted(),
    restoreCompleted: (infoHash, completed) => copy.restoreCompleted(infoHash, completed),
    takeChanged: (most) => copy.takeChanged(most),
    dump: (wallSeconds) => copy.dump(wallSeconds),
    restore: (dump, wallSeconds) => copy.restore(dump, wallSeconds),
    forget: (infoHash) => copy.forget(infoHash),
    sweep: () => copy.sweep(),
    get totals() {
      return copy.totals;
    },
  };
}

const infoHash = '\xff\0shared'.padEnd(20, '.');

function twoMachines() {
  const network = new Network();
  const clock = { ms: 0 };
  const machine = () => {
    const tracker = createTestTracker({
      now: () => clock.ms,
      createStore: (options) => sharedStore(network, options),
    });
    tracker.track(infoHash, { completed: 0, seeding: false, private: false });
    return tracker;
  };
  return { machines: [machine(), machine()] as const, network, clock };
}

type Machine = ReturnType<typeof createTestTracker>;

function announce(
  machine: Machine,
  from: string,
  more: Partial<Parameters<Machine['announce']>[0]> = {},
) {
  const peerId = from.padEnd(20, '\x80');
  const answer = machine.announce(
    { ...plainAnnounce, infoHash, peerId, port: 7_000, ...more },
    { address: addressOf(from), localAddress: null, protocol: 'udp' },
  );
  if (answer.kind === 'refusal') throw new Error(answer.reason);
  const { seeds, leechers, completed } = answer;
  const peers = answer.peers.peers().map(({ endpoint }) => {
    const { address, port } = parseCompactEndpoint(endpoint);
    return `${formatIpAddress(address)}:${port}`;
  });
  return { seeds, leechers, completed, peers };
}

test('peers of one machine are told of those of the other', async () => {
  const { machines, network } = twoMachines();
  const [one, other] = machines;
  announce(one, '203.0.113.1');
  await network.deliver();
  expect(announce(other, '203.0.113.2')).toEqual({
    ...{ seeds: 0, leechers: 2, completed: 0 },
    peers: ['203.0.113.1:7000'],
  });
  await network.deliver();
  expect(announce(one, '203.0.113.1').peers).toEqual(['203.0.113.2:7000']);
  announce(other, '203.0.113.2', { event: 'stopped' });
  await network.deliver();
  expect(announce(one, '203.0.113.1')).toMatchObject({ leechers: 1, peers: [] });
});

test('a peer that goes from one machine to the other is one peer, and completes once', async () => {
  const { machines, network } = twoMachines();
  const [one, other] = machines;
  announce(one, '203.0.113.1', { key: 7 });
  await network.deliver();
  const peerId = '203.0.113.1'.padEnd(20, '\x80');
  const done = { peerId, key: 7, complete: true, event: 'completed' as const };
  announce(other, '203.0.113.9', done);
  await network.deliver();
  announce(one, '203.0.113.9', done);
  await network.deliver();
  for (const machine of machines) {
    expect(machine.countsOf(infoHash)).toMatchObject({ seeds: 1, leechers: 0, completed: 1 });
  }
});

test('browsers are counted at both, and gone at both with their connection', async () => {
  const { machines, network } = twoMachines();
  for (const [index, machine] of machines.entries()) {
    const nothing = { uploaded: null, downloaded: null };
    const browser = { infoHash, peerId: String(index).padStart(20), complete: false, ...nothing };
    machine.announceBrowser(
      { send: () => undefined, party: 'one' },
      { ...browser, event: 'none' },
      null,
    );
  }
  const connection = { send: () => undefined, party: 'third' };
  const third = {
    ...{ infoHash, peerId: 'third'.padEnd(20), complete: true, event: 'none' as const },
    ...{ uploaded: null, downloaded: null },
  };
  machines[0].announceBrowser(connection, third, null);
  await network.deliver();
  for (const machine of machines) {
    expect(machine.countsOf(infoHash)).toMatchObject({ seeds: 1, leechers: 2 });
  }
  machines[0].browsers.closed(connection);
  await network.deliver();
  for (const machine of machines) {
    expect(machine.countsOf(infoHash)).toMatchObject({ seeds: 0, leechers: 2 });
  }
});

test('peers that are silent expire at both', async () => {
  const { machines, network, clock } = twoMachines();
  announce(machines[0], '203.0.113.1');
  announce(machines[1], '2001:db8::1');
  await network.deliver();
  for (let seconds = 0; seconds < 3 * 1_800; seconds += 30) {
    clock.ms += 30_000;
    for (const machine of machines) machine.sweep();
  }
  for (const machine of machines) {
    expect(machine.report().held).toMatchObject({ peers: 0, peers6: 0 });
  }
});
