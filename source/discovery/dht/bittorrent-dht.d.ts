/** What we use of the package, which brings no types. */
declare module 'bittorrent-dht' {
  import type { EventEmitter } from 'node:events';

  interface Node {
    host: string;
    port: number;
  }

  interface Options {
    /** In place of one of its own. */
    socket: object;
    /** Nodes to begin with, `host:port`. */
    bootstrap: string[] | false;
    /** Queries under way at one time. */
    concurrency: number;
    /** Milliseconds after which peers that others announced are forgotten. */
    maxAge: number;
    /** How many peers that others announced are remembered. */
    maxPeers: number;
    /** How many lookups are remembered, for the tokens. */
    maxTables: number;
  }

  interface Events {
    ready: [];
    listening: [];
    error: [error: Error];
    warning: [error: Error];
    peer: [peer: Node, infoHash: Uint8Array];
  }

  export default class DHT extends EventEmitter<Events> {
    constructor(options: Options);
    readonly nodes: { count(): number };
    listen(port: number, host: string): void;
    address(): { address: string; port: number };
    announce(
      infoHash: Uint8Array,
      port: number,
      done: (error: Error | null, answers?: number) => void,
    ): void;
    addNode(node: Node): void;
    toJSON(): { nodes: Node[] };
    destroy(done: () => void): void;
  }
}
