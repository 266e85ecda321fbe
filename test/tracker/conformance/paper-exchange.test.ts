import { expect, test } from 'vitest';
import { decode } from '../../../source/bencode/decode.ts';
import { getInteger, getList, getText } from '../../../source/bencode/dictionary.ts';
import { announceHttp, dictionaryIn, sendHttp } from './clients.ts';
import { newHash, oneTracker } from './tracker-under-test.ts';

/**
 * The exchange that the paper on everseed (2007) tells of: an announce of its test client, and the
 * dictionary that answers it. Its info hash is 25 letters in print, which no info hash is: here it
 * is 20 of them. Where the paper's answer is not what BEP 3 became (`peer_id` for `peer id`), ours
 * follows BEP 3.
 */

const tracker = oneTracker();

const request = (infoHash: string) =>
  [
    `GET /announce/?uploaded=314159&compact=YES%21&numwant=3&ip=127.0.0.1&info_hash=${infoHash}&event=started&downloaded=951413&trackerid=&key=AWANG&peer_id=evertestclient000000&port=6881&left=1 HTTP/1.0`,
    'Host: localhost:6969',
    'User-agent: Python-urllib/1.16',
    '',
    '',
  ].join('\r\n');

test('the announce of the paper is answered as it says', async () => {
  const infoHash = 'abcdefghijklmnopqrst';
  for (let n = 1; n <= 5; n++) {
    const peerId = `EVERCLIENT${String(n).repeat(10)}`;
    await announceHttp(tracker.current, { infoHash, peerId, port: 12_000 + n });
  }
  const response = await sendHttp(tracker.current, request(infoHash));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain');
  const answer = dictionaryIn(decode(response.body));
  expect(getInteger(answer, 'complete')).toBe(0);
  expect(getInteger(answer, 'incomplete')).toBe(6);
  expect(getInteger(answer, 'interval')).toBeGreaterThan(getInteger(answer, 'min interval') ?? 0);
  expect(getText(answer, 'tracker id')).toBe('everseed');
  expect(getText(answer, 'warning message')).toBe('');
  const peers = (getList(answer, 'peers') ?? []).map(dictionaryIn);
  expect(peers).toHaveLength(3);
  for (const peer of peers) {
    expect([...peer.keys()]).toEqual(['ip', 'peer id', 'port']);
    expect(getText(peer, 'ip')).toBe('127.0.0.1');
    expect(getText(peer, 'peer id')).toMatch(/^EVERCLIENT(\d)\1{9}$/);
    expect(getInteger(peer, 'port')).toBeGreaterThan(12_000);
  }
});

test('its info hash as it is printed is none', async () => {
  const response = await sendHttp(tracker.current, request('abcdefghijklmnpqrstuvwxyz'));
  expect(response.status).toBe(200);
  expect(response.body.toString()).toBe('d14:failure reason30:info_hash is not 20 bytes longe');
});

test('the warning of who comes back too soon', async () => {
  const infoHash = newHash();
  await announceHttp(tracker.current, { infoHash, more: '&trackerid=everseed' });
  const again = await announceHttp(tracker.current, { infoHash, more: '&trackerid=everseed' });
  expect(getText(again, 'warning message')).toContain('min interval of 60 s');
});
