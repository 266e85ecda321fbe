import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodeLsdMessage,
  maxHashesInMessage,
  parseLsdMessage,
} from '../../../source/discovery/lsd/lsd-message.ts';

const hash = 'ab'.repeat(20);

test('a message to the byte, for both families', () => {
  const message = { port: 6881, infoHashes: [hash, 'cd'.repeat(20)], cookie: '1234abcd' };
  expect(encodeLsdMessage(4, message)).toBe(
    `BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: ${hash}\r\n` +
      `Infohash: ${'cd'.repeat(20)}\r\ncookie: 1234abcd\r\n\r\n\r\n`,
  );
  expect(encodeLsdMessage(6, message)).toContain('\r\nHost: [ff15::efc0:988f]:6771\r\n');
});

test('it comes back as it went out, in one packet', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[0-9a-f]{40}$/), {
        minLength: 1,
        maxLength: maxHashesInMessage,
      }),
      fc.integer({ min: 1, max: 65535 }),
      fc.option(fc.stringMatching(/^[0-9a-f]{8}$/)),
      (infoHashes, port, cookie) => {
        const text = encodeLsdMessage(6, { port, infoHashes, cookie });
        expect(text.length).toBeLessThan(1_280);
        expect(parseLsdMessage(Buffer.from(text))).toEqual({ port, infoHashes, cookie });
      },
    ),
  );
});

test('what others write differently is read all the same', () => {
  const text = `BT-SEARCH * HTTP/1.1\nhost: x\nPORT:6881\nINFOHASH: ${hash.toUpperCase()}\n\n`;
  const read = { port: 6881, infoHashes: [hash], cookie: null };
  expect(parseLsdMessage(Buffer.from(text))).toEqual(read);
});

test('what names nothing, or nobody, is none', () => {
  const head = 'BT-SEARCH * HTTP/1.1\r\n';
  for (const text of [
    '',
    `GET / HTTP/1.1\r\nPort: 1\r\nInfohash: ${hash}\r\n\r\n`,
    `${head}Infohash: ${hash}\r\n\r\n`,
    `${head}Port: 0\r\nInfohash: ${hash}\r\n\r\n`,
    `${head}Port: 65536\r\nInfohash: ${hash}\r\n\r\n`,
    `${head}Port: 1\r\n\r\n`,
    `${head}Port: 1\r\nInfohash: ${hash}00\r\n\r\n`,
    `${head}Port: 1\r\n${`Infohash: ${hash}\r\n`.repeat(30)}\r\n`,
  ]) {
    expect(parseLsdMessage(Buffer.from(text))).toBeNull();
  }
});

test('whatever comes, it is a message or not', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom('Port: 5', `Infohash: ${hash}`, 'Port', ':'));
  fc.assert(
    fc.property(fc.array(line), fc.uint8Array({ maxLength: 2_000 }), (lines, bytes) => {
      parseLsdMessage(bytes);
      const text = ['BT-SEARCH * HTTP/1.1', ...lines].join('\r\n');
      const message = parseLsdMessage(Buffer.from(text));
      if (message) expect(message.infoHashes.every((one) => one === hash)).toBe(true);
    }),
  );
});
