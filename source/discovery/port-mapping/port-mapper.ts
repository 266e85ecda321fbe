import { messageOf } from '../../errors.ts';
import { findDefaultGateway } from './default-gateway.ts';
import { natPmpGateway } from './nat-pmp.ts';
import { type Gateway, type MappedPort, PortMappingError } from './port-mapping.ts';
import { findUpnpGateway } from './upnp.ts';

/** What is asked for, in seconds; it is renewed when half of it has passed, but not sooner. */
const lifetime = 3_600;
const soonestMs = 60_000;

/** How soon a router that maps nothing is looked for again. */
const retryMs = 10 * 60_000;

/** How it stands: with what router, what it maps, and what it does not. */
export interface PortMappingState {
  /** Null while there is no router that can be asked, as on a machine with an address of its own. */
  router: Gateway['name'] | null;
  mapped: MappedPort[];
  /** Why some are not mapped, in words; null when all are, or there is no router. */
  problem: string | null;
}

interface PortMapperOptions {
  ports: readonly MappedPort[];
  /** The one local address that is used; null for all. */
  localAddress: string | null;
  /** The router told the address it has outside. */
  onExternalAddress(address: string): void;
  onError(error: unknown): void;
}

/** Has the router pass ports on to this machine, as long as it runs. */
export class PortMapper {
  readonly #options: PortMapperOptions;
  #gateway: Gateway | null = null;
  #state: PortMappingState = { router: null, mapped: [], problem: null };
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: PortMapperOptions) {
    this.#options = options;
  }

  get state(): PortMappingState {
    return this.#state;
  }

  start(): void {
    this.#round = this.#map();
  }

  /** Takes all mappings back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
    const gateway = this.#gateway;
    if (!gateway) return;
    // one that does not answer forgets them by itself within the hour
    await Promise.allSettled(this.#state.mapped.map((port) => gateway.unmap(port)));
  }

  async #map(): Promise<void> {
    let againMs = retryMs;
    try {
      this.#gateway ??= await this.#find();
      if (this.#gateway) {
        const granted = await this.#mapAll(this.#gateway);
        if (this.#state.mapped.length === 0) this.#gateway = null;
        else againMs = Math.max(granted * 500, soonestMs);
      }
    } catch (error) {
      this.#gateway = null;
      if (!(error instanceof PortMappingError)) this.#options.onError(error);
    }
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.start(), againMs);
  }

  async #find(): Promise<Gateway | null> {
    const address = await findDefaultGateway();
    if (address) {
      const gateway = natPmpGateway(address);
      try {
        await gateway.externalAddress();
        return gateway;
      } catch (error) {
        // most routers speak but one of the two
        if (!(error instanceof PortMappingError)) throw error;
      }
    }
    return this.#stopped ? null : await findUpnpGateway(this.#options.localAddress);
  }

  /** Maps or renews all ports; returns the least lifetime granted, in seconds. */
  async #mapAll(gateway: Gateway): Promise<number> {
    const mapped: MappedPort[] = [];
    let problem: string | null = null;
    let granted = lifetime;
    for (const port of this.#options.ports) {
      if (this.#stopped) break;
      try {
        granted = Math.min(granted, await gateway.map(port, lifetime));
        mapped.push(port);
      } catch (error) {
        if (!(error instanceof PortMappingError)) throw error;
        problem = `${port.protocol.toUpperCase()} ${port.port}: ${messageOf(error)}`;
      }
      this.#state = { router: gateway.name, mapped, problem };
    }
    const address = await gateway.externalAddress().catch(() => null);
    if (address) this.#options.onExternalAddress(address);
    return granted;
  }
}
