import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPlainRequest } from '../../../source/tracker/http-lane/plain-request.ts';

const read = (text: string, at = 0) => {
  const bytes = Buffer.from(text, 'latin1');
  const found = readPlainRequest(bytes, at, bytes.length);
  if (found === null) return null;
  const { targetAt, targetEnd, closes, end } = found;
  return { target: text.slice(targetAt, targetEnd), closes, end };
};

const request = (headers = '', target = '/announce?a=1') =>
  `GET ${target} HTTP/1.1\r\n${headers}\r\n`;

test('plain requests, one after the other', () => {
  const first = request(
    'Host: tracker\r\nUser-Agent: x\xff\t(y)\r\n',
    '/announce?info_hash=%00\xff',
  );
  const text = first + request();
  expect(read(text)).toEqual({
    target: '/announce?info_hash=%00\xff',
    closes: false,
    end: first.length,
  });
  expect(read(text, first.length)).toEqual({
    target: '/announce?a=1',
    closes: false,
    end: text.length,
  });
});

test('47 the client says whether it wants more', () => {
  for (const headers of ['Connection: close\r\n', 'host: x\r\nconnection:CLOSE \r\nA: b\r\n']) {
    expect(read(request(headers))).toMatchObject({ closes: true });
  }
  expect(read(request('Connection: Keep-Alive\r\n'))).toMatchObject({
    closes: false,
  });
});

test('what is not whole or not plain is left to the HTTP server', () => {
  const others = [
    '',
    'GET',
    request().slice(0, -1),
    request().replace('GET', 'HEAD'),
    request().replace('GET', 'POST'),
    request().replace('1.1', '1.0'),
    request().replace('GET ', 'GET  '),
    request('', 'http://tracker/announce?a=1'),
    request('', '/announce?a=\0'),
    request('', '/announce?a=1 b'),
    request('', '/announce?a=1\nb'),
    request('', `/announce?${'a'.repeat(8_192)}`),
    request('no colon\r\n'),
    request(' folded: x\r\n'),
    request('A: b\nc: d\r\n'),
    request('A: \0\r\n'),
    request('Connection: upgrade\r\n'),
    request('Connection: close, upgrade\r\n'),
    request('Connection: close\r\nConnection: upgrade\r\n'),
    request('Connection : close\r\n'),
    request('Upgrade: websocket\r\n'),
    request('Content-Length: 0\r\n'),
    request('content-length : 5\r\n'),
    request('Transfer-Encoding: chunked\r\n'),
    request('Expect: 100-continue\r\n'),
    request('A: b\r\n'.repeat(101)),
    request(`A: ${'b'.repeat(2_048)}\r\n`),
  ];
  for (const text of others) expect([text, read(text)]).toEqual([text, null]);
});

test('bytes of strangers are read or left, and nothing is read twice', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'GET /',
      ' HTTP/1.1',
      '\r\n',
      '\r\n\r\n',
      'Connection: close',
      ': ',
      '/announce?',
    ),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      let at = 0;
      while (at < text.length) {
        const found = read(text, at);
        if (found === null) break;
        expect(text.slice(at, found.end)).toContain(` HTTP/1.1\r\n`);
        expect(text.slice(at).startsWith(`GET ${found.target} `)).toBe(true);
        expect(found.end).toBeGreaterThan(at);
        at = found.end;
      }
    }),
  );
});
