import { EverseedError } from '../errors.ts';

/** Something that listens. */
interface Listening {
  port: number;
  stop(): Promise<void>;
}

const tries = 10;

/**
 * Listens at the same port of several addresses. For port 0 the first address chooses, and when
 * that port is taken at another of them, chooses again. Resolves with the port; when it throws,
 * nothing is left listening.
 */
export async function atOnePort(
  hosts: readonly string[],
  port: number,
  listen: (host: string, port: number) => Promise<Listening>,
): Promise<number> {
  for (let count = 1; ; count++) {
    const listening: Listening[] = [];
    try {
      let chosen = port;
      for (const host of hosts) {
        const one = await listen(host, chosen);
        listening.push(one);
        chosen = one.port;
      }
      return chosen;
    } catch (error) {
      await Promise.all(listening.map((one) => one.stop()));
      const isTaken = error instanceof EverseedError && error.code === 'port-in-use';
      if (!isTaken || port !== 0 || count === tries) throw error;
    }
  }
}
