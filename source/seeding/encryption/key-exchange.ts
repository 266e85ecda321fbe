import { createDiffieHellman, type DiffieHellman, randomBytes } from 'node:crypto';
import { WireError } from '../wire/error.ts';

/** Bytes of a public key and of a secret. */
export const keyLength = 96;
const privateKeyLength = 20;

/** The 768-bit prime of MSE; the generator is 2. */
const prime =
  'FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD' +
  'EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A63A36210000000000090563';

let group: DiffieHellman | null = null;

/** Making it takes tens of milliseconds, as OpenSSL tests the prime; using it a fraction of one. */
function theGroup(): DiffieHellman {
  group ??= createDiffieHellman(prime, 'hex', 2);
  return group;
}

/** One side of the Diffie-Hellman exchange that MSE begins with. */
export class KeyExchange {
  readonly #privateKey: Uint8Array;
  /** What the other side is told, 96 bytes. */
  readonly publicKey: Uint8Array;

  /** `privateKey`: random bytes unless set. */
  constructor(privateKey: Uint8Array = randomBytes(privateKeyLength)) {
    this.#privateKey = privateKey;
    const exchange = theGroup();
    exchange.setPrivateKey(privateKey);
    this.publicKey = padded(exchange.generateKeys());
  }

  /**
   * The secret that both sides share, 96 bytes, from the other's public key.
   *
   * @throws WireError when that is no public key
   */
  secret(theirs: Uint8Array): Uint8Array {
    const exchange = theGroup();
    exchange.setPrivateKey(this.#privateKey);
    try {
      return padded(exchange.computeSecret(theirs));
    } catch (error) {
      throw new WireError('a public key that cannot be one', { cause: error });
    }
  }
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(keyLength);
  whole.set(bytes, keyLength - bytes.length);
  return whole;
}
