import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode } from '../../../source/bencode/decode.ts';
import { getDictionary, getList } from '../../../source/bencode/dictionary.ts';
import { type Encodable, encode } from '../../../source/bencode/encode.ts';
import { boundAnswer, recognise } from '../../../source/discovery/dht/krpc-guard.ts';

const id = Buffer.alloc(20, 'i');
const query = (q: string, a: Encodable) => encode({ t: 'aa', y: 'q', q, a });
const response = (r: Encodable) => encode({ t: 'aa', y: 'r', r });

test('the messages of BEP 5 pass', () => {
  const target = Buffer.alloc(20, 't');
  const port = 6881;
  for (const packet of [
    query('ping', { id }),
    query('find_node', { id, target }),
    query('get_peers', { id, info_hash: target }),
    query('announce_peer', { id, info_hash: target, port, token: 'aoeusnth' }),
    query('announce_peer', { id, info_hash: target, implied_port: 1, port: 0, token: 'x' }),
  ]) {
    expect(recognise(packet)).toBe('query');
  }
  for (const packet of [
    response({ id }),
    response({ id, nodes: Buffer.alloc(26 * 8) }),
    response({ id, token: 'x', values: [Buffer.alloc(6), Buffer.alloc(6)] }),
    encode({ t: 'aa', y: 'e', e: [201, 'A Generic Error Ocurred'] }),
  ]) {
    expect(recognise(packet)).toBe('answer');
  }
});

test('what the library would fall over, or hang on, does not pass', () => {
  const target = Buffer.alloc(20);
  for (const packet of [
    Buffer.from('d-3:'),
    Buffer.from('l-3:e'),
    Buffer.alloc(0),
    encode('x'),
    encode({ t: 5, y: 'q', q: 'ping', a: { id } }),
    encode({ t: 'aa', y: 'q', q: 'ping', a: 'id' }),
    encode({ t: 'aa', y: 'q', q: ['ping'], a: { id } }),
    query('ping', { id: 7 }),
    query('find_node', { id, target: 5 }),
    query('find_node', { id, target: [] }),
    query('get_peers', { id, info_hash: 99 }),
    query('get_peers', { id, info_hash: Buffer.alloc(19) }),
    query('announce_peer', { id, info_hash: target, port: 1, token: 5 }),
    query('announce_peer', { id, info_hash: target, port: 0, token: 'x' }),
    query('put', { id, token: 'x', v: 'mine' }),
    query('vote', { id }),
    response({ id: 'short' }),
    response({ id, nodes: Buffer.alloc(27) }),
    response({ id, nodes: [] }),
    response({ id, nodes: Buffer.alloc(26 * 100) }),
    response({ id, values: 'x' }),
    response({ id, values: [5] }),
    response({ id, token: { a: 1 } }),
    encode({ t: 'aa', y: 'e', e: 'no' }),
    encode({ t: 'aa', y: 'e', e: [201, 'x'], r: { nodes: 5 } }),
    encode({ t: 'aa', y: 'z' }),
  ]) {
    expect({ packet: Buffer.from(packet).toString('latin1'), is: recognise(packet) }).toEqual({
      packet: Buffer.from(packet).toString('latin1'),
      is: null,
    });
  }
});

test('whatever comes is recognised or not, and never throws', () => {
  const values = fc.oneof(
    fc.integer(),
    fc.uint8Array({ maxLength: 30 }),
    fc.constant([]),
    fc.constant(id),
    fc.constant({}),
  );
  const dictionary = (...keys: string[]) => fc.dictionary(fc.constantFrom(...keys), values);
  const message = fc
    .tuple(
      dictionary('t', 'y', 'q', 'a', 'r', 'e'),
      dictionary('id', 'target', 'info_hash', 'token', 'port'),
      dictionary('id', 'nodes', 'values', 'token'),
      fc.constantFrom('q', 'r', 'e'),
      fc.constantFrom('ping', 'find_node', 'get_peers', 'announce_peer'),
    )
    .map(([outer, a, r, y, q]) => encode({ t: 'aa', q, a, r, ...outer, y }));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), message), (packet) => {
      expect(['query', 'answer', null]).toContain(recognise(packet));
    }),
    { numRuns: 2_000 },
  );
});

test('an answer names no more than 50 peers, and is else as it was', () => {
  const peers = Array.from({ length: 400 }, (_, n) => Buffer.from([10, 0, n >> 8, n & 255, 1, 1]));
  const answer = response({ id, token: 'tok', values: peers });
  const bounded = boundAnswer(answer);
  expect(bounded.length).toBeLessThan(600);
  const message = decode(bounded);
  if (!(message instanceof Map)) throw new Error('no message');
  const r = getDictionary(message, 'r') ?? new Map();
  const values = getList(r, 'values') ?? [];
  expect(new Set(values.map(String)).size).toBe(50);
  expect(r.get('token')).toEqual(new Uint8Array(Buffer.from('tok')));
  expect(recognise(bounded)).toBe('answer');
  const few = response({ id, token: 'tok', values: peers.slice(0, 3) });
  expect(boundAnswer(few)).toBe(few);
});
