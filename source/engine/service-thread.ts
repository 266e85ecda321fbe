import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { serviceHeap } from '../thread/heap-sizes.ts';
import { connectThread, type Remote, type Service, type ThreadConnection } from '../thread/rpc.ts';

/** How long a crashed service waits before it is started again. */
const restartDelayMs = 1_000;

/** A thread that reads from a disk that does not answer ends with the process, and not before. */
const terminateMs = 500;

/**
 * Starts a service through its connection and tells it all it must know; runs at every start.
 * Returns how to end the service in good order.
 */
type SetUp<S extends Service, Events extends object> = (
  connection: ThreadConnection<S, Events>,
) => Promise<() => Promise<void>>;

/**
 * A service in a thread of its own. Should the thread crash, it is started again and set up as it
 * was; calls made meanwhile fail.
 */
export class ServiceThread<S extends Service, Events extends object> {
  readonly #name: string;
  readonly #entry: URL;
  readonly #log: Log;
  readonly #setUp: SetUp<S, Events>;
  #worker: Worker | undefined;
  #connection: ThreadConnection<S, Events> | undefined;
  /** That of a thread that is prepared and not yet started. */
  #prepared: ThreadConnection<S, Events> | null = null;
  #end: () => Promise<void> = async () => undefined;
  #stopping = false;

  constructor(name: string, entry: URL, log: Log, setUp: SetUp<S, Events>) {
    this.#name = name;
    this.#entry = entry;
    this.#log = log;
    this.#setUp = setUp;
  }

  /** The service's functions. */
  get call(): Remote<S> {
    if (!this.#connection) throw new Error(`${this.#name} is not running`);
    return this.#connection.call;
  }

  /** Has the thread load its program meanwhile; `start` then takes less. */
  prepare(): void {
    this.#prepared ??= this.#spawn();
  }

  async start(): Promise<void> {
    const connection = this.#prepared ?? this.#spawn();
    this.#prepared = null;
    // What is called meanwhile comes after what it has been told by then.
    this.#connection = connection;
    this.#end = await this.#setUp(connection);
  }

  #spawn(): ThreadConnection<S, Events> {
    const worker = new Worker(this.#entry, { resourceLimits: serviceHeap });
    const connection = connectThread<S, Events>(worker);
    this.#worker = worker;
    worker.on('error', (error) => {
      this.#log.error('thread crashed', {
        thread: this.#name,
        error: error.stack ?? error.message,
      });
    });
    worker.on('exit', (code) => {
      connection.fail(new Error(`${this.#name} ended with code ${code}`));
      if (this.#worker === worker && !this.#stopping)
        setTimeout(() => this.#restart(), restartDelayMs);
    });
    return connection;
  }

  /** Lets the service end in good order, and ends its thread when that takes too long. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    const worker = this.#worker;
    if (!worker) return;
    const ended = this.#end().catch((error: unknown) => {
      this.#log.warning('thread did not stop in order', {
        thread: this.#name,
        error: messageOf(error),
      });
    });
    await Promise.race([ended, sleep(timeoutMs, undefined, { ref: false })]);
    await Promise.race([worker.terminate(), sleep(terminateMs, undefined, { ref: false })]);
  }

  async #restart(): Promise<void> {
    if (this.#stopping) return;
    this.#log.warning('thread restarts', { thread: this.#name });
    try {
      await this.start();
    } catch (error) {
      // the thread itself lives; ending it brings the next try
      this.#log.error('thread did not start', {
        thread: this.#name,
        error: messageOf(error),
      });
      await this.#worker?.terminate();
    }
  }
}
