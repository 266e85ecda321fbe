import { expect, test } from 'vitest';
import { expectApart, type WantedPort } from '../../source/engine/taken-ports.ts';
import { EverseedError } from '../../source/errors.ts';

const wanted = (transport: 'tcp' | 'udp', port: number, setting: string): WantedPort => ({
  ...{ transport, port, setting },
  hosts: ['0.0.0.0'],
});

test('two of the settings cannot be one port of the same kind', () => {
  const http = wanted('tcp', 7000, 'http.port');
  const both = [http, wanted('udp', 7000, 'udp.port'), wanted('tcp', 7000, 'peer.port')];
  expect(() => expectApart(both)).toThrow(EverseedError);
  expect(() => expectApart(both)).toThrow(
    'http.port and peer.port are both 7000: choose another port for one of them, as with: everseed config set peer.port PORT',
  );
});

test('ports of TCP and UDP are apart, and so are those that are chosen later', () => {
  expectApart([wanted('tcp', 7000, 'http.port'), wanted('udp', 7000, 'udp.port')]);
  expectApart([wanted('tcp', 0, 'http.port'), wanted('tcp', 0, 'peer.port')]);
});
