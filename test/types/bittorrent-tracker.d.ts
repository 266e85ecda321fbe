/** What the tests use of bittorrent-tracker, which has no types of its own. */
declare module 'bittorrent-tracker' {
  import type { EventEmitter } from 'node:events';

  interface ClientOptions {
    infoHash: Buffer;
    peerId: Buffer;
    announce: string[];
    port: number;
  }

  interface Update {
    announce: string;
    complete: number;
    incomplete: number;
  }

  interface Scraped {
    complete: number;
    incomplete: number;
    downloaded: number;
  }

  interface Events {
    error: [Error];
    warning: [Error];
    update: [Update];
    peer: [string];
    scrape: [Scraped];
  }

  export class Client extends EventEmitter<Events> {
    constructor(options: ClientOptions);
    start(told?: { left?: number }): void;
    complete(told?: { left?: number }): void;
    stop(): void;
    scrape(): void;
    destroy(): void;
  }
}
