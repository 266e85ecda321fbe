import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodeAction,
  parseDescription,
  parseErrorCode,
  parseExternalAddress,
  parseSearchAnswer,
} from '../../../source/discovery/port-mapping/upnp-protocol.ts';

const router = '192.168.1.1';
const answer = (location: string) =>
  Buffer.from(`HTTP/1.1 200 OK\r\nST: x\r\nLocation: ${location}\r\nEXT:\r\n\r\n`);

test('a router says where it describes itself', () => {
  const url = parseSearchAnswer(answer('http://192.168.1.1:5000/root.xml'), router);
  expect(url?.href).toBe('http://192.168.1.1:5000/root.xml');
});

test('nobody can send us to somebody else, or to something else than HTTP', () => {
  for (const location of [
    'http://127.0.0.1:6969/',
    'http://192.168.1.2/',
    'file:///etc/passwd',
    'https://192.168.1.1/',
    'http://192.168.1.1@evil.example/',
    '',
  ]) {
    expect(parseSearchAnswer(answer(location), router)).toBeNull();
  }
  expect(parseSearchAnswer(Buffer.from('NOTIFY * HTTP/1.1\r\n\r\n'), router)).toBeNull();
});

const service = (type: string, url: string) =>
  `<service><serviceType>urn:schemas-upnp-org:service:${type}</serviceType>\n` +
  `<controlURL>${url}</controlURL></service>`;

test('of the services of a router the one that maps ports is found', () => {
  const base = new URL('http://192.168.1.1:5000/root.xml');
  const xml = `<root>${service('Layer3Forwarding:1', '/l3')}${service('WANPPPConnection:1', '/ppp')}
    ${service('WANIPConnection:1', 'ctl/a&amp;b')}</root>`;
  const control = parseDescription(xml, base);
  expect(control?.service).toBe('urn:schemas-upnp-org:service:WANIPConnection:1');
  expect(control?.url.href).toBe('http://192.168.1.1:5000/ctl/a&b');
  const elsewhere = service('WANIPConnection:1', 'http://10.0.0.1/ctl');
  expect(parseDescription(elsewhere, base)).toBeNull();
  expect(parseDescription('<root/>', base)).toBeNull();
});

test('what the router says of an action', () => {
  const address = '<u:NewExternalIPAddress xmlns:u="x"> 203.0.113.5 </u:NewExternalIPAddress>';
  expect(parseExternalAddress(address)).toBe('203.0.113.5');
  expect(parseExternalAddress('<NewExternalIPAddress></NewExternalIPAddress>')).toBeNull();
  const fault = '<s:Fault><UPnPError><errorCode>718</errorCode></UPnPError></s:Fault>';
  expect(parseErrorCode(fault)).toBe(718);
  expect(parseErrorCode('<errorCode>many</errorCode>')).toBeNull();
});

test('values are escaped', () => {
  expect(encodeAction('urn:s', 'Do', [['Name', '<&>']])).toContain(
    '<u:Do xmlns:u="urn:s"><Name>&#60;&#38;&#62;</Name></u:Do>',
  );
});

test('whatever a router says, nothing is thrown', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('<service>', '</service>', '<serviceType>', '<controlURL>', '&amp;', 'urn:'),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      parseDescription(text, new URL('http://192.168.1.1/'));
      parseExternalAddress(text);
      parseErrorCode(text);
      parseSearchAnswer(Buffer.from(`HTTP/1.1 200 OK\r\nlocation: ${text}`), router);
    }),
  );
});
