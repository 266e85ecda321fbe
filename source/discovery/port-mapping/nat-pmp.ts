import { createSocket } from 'node:dgram';
import { messageOf } from '../../errors.ts';
import {
  encodeAddressRequest,
  encodeMappingRequest,
  type NatPmpAnswer,
  natPmpPort,
  parseNatPmpAnswer,
} from './nat-pmp-protocol.ts';
import { type Gateway, type MappedPort, PortMappingError } from './port-mapping.ts';

/** A request is sent again after this long, then twice that, and so on (RFC 6886, 3.1). */
const firstTimeoutMs = 250;
const attempts = 4;

/** The router at `address`, spoken to by NAT-PMP. */
export function natPmpGateway(address: string): Gateway {
  return {
    name: 'NAT-PMP',
    async externalAddress() {
      const answer = await ask(address, encodeAddressRequest(), ({ kind }) => kind === 'address');
      return answer.kind === 'address' ? answer.address : null;
    },
    async map(port, lifetime) {
      const answer = await askMapping(address, port, lifetime);
      if (answer.externalPort === port.port) return answer.lifetime;
      await askMapping(address, port, 0);
      throw new PortMappingError(`port ${port.port} outside is taken by another machine`);
    },
    async unmap(port) {
      await askMapping(address, port, 0);
    },
  };
}

async function askMapping(address: string, asked: MappedPort, lifetime: number) {
  const request = encodeMappingRequest(asked, lifetime);
  const answer = await ask(
    address,
    request,
    (one) => one.kind === 'mapping' && one.protocol === asked.protocol && one.port === asked.port,
  );
  if (answer.kind !== 'mapping') throw new PortMappingError('the router answers something else');
  return answer;
}

/** Sends a request until it is answered by what `fits`, or by an error. */
async function ask(
  address: string,
  request: Uint8Array,
  fits: (answer: NatPmpAnswer) => boolean,
): Promise<NatPmpAnswer> {
  const socket = createSocket('udp4');
  const answered = Promise.withResolvers<NatPmpAnswer>();
  let timer: NodeJS.Timeout | undefined;
  socket.on('error', (cause) => answered.reject(new PortMappingError(messageOf(cause), { cause })));
  socket.on('message', (packet, from) => {
    // only the router's word counts
    if (from.address !== address || from.port !== natPmpPort) return;
    const answer = parseNatPmpAnswer(packet);
    if (answer?.kind === 'error') answered.reject(new PortMappingError(answer.message));
    else if (answer && fits(answer)) answered.resolve(answer);
  });
  const send = (attempt: number) => {
    if (attempt === attempts) {
      answered.reject(new PortMappingError('the router does not answer'));
      return;
    }
    socket.send(request, natPmpPort, address, (error) => {
      if (error) answered.reject(new PortMappingError(messageOf(error), { cause: error }));
    });
    timer = setTimeout(() => send(attempt + 1), firstTimeoutMs * 2 ** attempt);
  };
  send(0);
  try {
    return await answered.promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}
