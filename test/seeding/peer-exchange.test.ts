import { expect, test } from 'vitest';
import type { LivePublication, PublicationPeer } from '../../source/seeding/live-publication.ts';
import { PeerExchange } from '../../source/seeding/peer-exchange.ts';
import { encodePeerExchange, parsePeerExchange } from '../../source/seeding/wire/peer-exchange.ts';

const minute = 60_000;

function peerAt(host: string, changes: Partial<PublicationPeer> = {}): PublicationPeer {
  return {
    address: { host, port: 50_000 },
    listenPort: 6881,
    complete: false,
    outgoing: false,
    encrypted: false,
    ...changes,
  } as PublicationPeer;
}

function setUp(host = '8.8.8.8') {
  const us = peerAt(host);
  const peers = new Set<PublicationPeer>([us]);
  const exchange = new PeerExchange({ peers } as LivePublication, us);
  const told = (now: number) => {
    const payload = exchange.next(now);
    return payload && parsePeerExchange(payload).map((peer) => peer.host);
  };
  return { exchange, peers, told };
}

test('a peer is told of those whose place is known, once, and not every second', () => {
  const { peers, told } = setUp();
  expect(told(0)).toBeNull();
  const here = peerAt('9.9.9.1', { outgoing: true });
  peers.add(here);
  peers.add(peerAt('9.9.9.2', { listenPort: null }));
  peers.add(peerAt('9.9.9.3', { complete: true }));
  peers.add(peerAt('192.168.0.1'));
  expect(told(1_000)).toEqual(['9.9.9.1']);
  peers.add(peerAt('2001:db8::1'));
  expect(told(60_000)).toBeNull();
  expect(told(61_000)).toEqual(['2001:db8::1']);
  expect(told(200_000)).toBeNull();
  peers.delete(here);
  // a message that only drops
  expect(told(300_000)).toEqual([]);
});

test('one message has no more than it may, and the next goes on', () => {
  const { peers, told } = setUp();
  for (let n = 0; n < 120; n++) peers.add(peerAt(`9.9.${n >> 8}.${n & 255}`));
  expect([0, 1, 2, 3].map((n) => told(n * minute)?.length)).toEqual([50, 50, 20, undefined]);
});

test('those near us are told to those near us', () => {
  const { peers, told } = setUp('10.0.0.1');
  peers.add(peerAt('10.0.0.2'));
  peers.add(peerAt('fd00::1'));
  expect(told(0)).toEqual(['10.0.0.2', 'fd00::1']);
});

test('who is named may want data, if it is not near somebody far', () => {
  const named = encodePeerExchange({
    added: [
      { host: '9.9.9.9', port: 1, flags: 0x10 },
      { host: '9.9.9.8', port: 1, flags: 0x02 },
      { host: '127.0.0.1', port: 22, flags: 0 },
      { host: 'fe80::1', port: 1, flags: 0 },
    ],
    dropped: [],
  });
  const hosts = (host: string) =>
    setUp(host)
      .exchange.receive(named, 0)
      .map((peer) => peer.host);
  expect(hosts('8.8.8.8')).toEqual(['9.9.9.9']);
  expect(hosts('127.0.0.1')).toEqual(['9.9.9.9', '127.0.0.1', 'fe80::1']);
});

test('a peer that sends too often is not listened to', () => {
  const { exchange } = setUp();
  const named = encodePeerExchange({
    added: [{ host: '9.9.9.9', port: 1, flags: 0 }],
    dropped: [],
  });
  const heard = [0, 10_000, 44_999, 45_000].map((now) => exchange.receive(named, now).length);
  expect(heard).toEqual([1, 0, 0, 1]);
});
