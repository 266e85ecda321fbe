/** What the tests use of the package, which brings no types. */
declare module 'bittorrent-tracker/server' {
  import type { EventEmitter } from 'node:events';

  interface Listener {
    address(): { address: string; port: number };
  }

  export default class Server extends EventEmitter {
    constructor(options: { http: boolean; udp: boolean; ws: boolean; stats: boolean });
    readonly http: Listener;
    readonly udp: Listener;
    readonly udp6: Listener;
    listen(port: number): void;
    close(done: () => void): void;
  }
}
