import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodeAddressRequest,
  encodeMappingRequest,
  parseNatPmpAnswer,
} from '../../../source/discovery/port-mapping/nat-pmp-protocol.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const parse = (text: string) => parseNatPmpAnswer(Buffer.from(text, 'hex'));

test('requests to the byte', () => {
  expect(hex(encodeAddressRequest())).toBe('0000');
  const tcp = { protocol: 'tcp', port: 6881 } as const;
  expect(hex(encodeMappingRequest(tcp, 3_600))).toBe('000200001ae11ae100000e10');
  const udp = { protocol: 'udp', port: 6881 } as const;
  expect(hex(encodeMappingRequest(udp, 0))).toBe('000100001ae1000000000000');
});

test('answers', () => {
  expect(parse('0080000000000001cb007105')).toEqual({ kind: 'address', address: '203.0.113.5' });
  expect(parse('00820000000000011ae11ae200000e10')).toEqual({
    kind: 'mapping',
    protocol: 'tcp',
    port: 6881,
    externalPort: 6882,
    lifetime: 3_600,
  });
  expect(parse('0082000200000001')).toEqual({
    kind: 'error',
    message: 'the router does not allow it',
  });
});

test('whatever comes is an answer or nothing', () => {
  const head = fc.constantFrom('', '0080', '00800000', '0081', '0082', '0083', '00ff0000');
  fc.assert(
    fc.property(head, fc.uint8Array({ maxLength: 40 }), (start, rest) => {
      const answer = parseNatPmpAnswer(Buffer.concat([Buffer.from(start, 'hex'), rest]));
      if (answer) expect(['address', 'mapping', 'error']).toContain(answer.kind);
    }),
  );
});
