/** A port of this machine that the router is asked to pass on from outside. */
export interface MappedPort {
  protocol: 'tcp' | 'udp';
  port: number;
}

/** A router that maps ports, however it is spoken to. */
export interface Gateway {
  name: 'NAT-PMP' | 'UPnP';
  /** The address the router has outside; null when it does not say. */
  externalAddress(): Promise<string | null>;
  /**
   * Has the same port outside passed on to this machine for `lifetime` seconds; resolves with how
   * many seconds it is granted.
   *
   * @throws PortMappingError when it is not
   */
  map(port: MappedPort, lifetime: number): Promise<number>;
  /** Takes a mapping back; throws PortMappingError. */
  unmap(port: MappedPort): Promise<void>;
}

/** Why the router does not do what it was asked, as a sentence for people. */
export class PortMappingError extends Error {
  override readonly name = 'PortMappingError';
}
