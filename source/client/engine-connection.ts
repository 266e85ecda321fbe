import type { Notifications, Requests } from '../control/protocol.ts';

/** A connection to a running engine. Commands and dashboard know the engine only through this. */
export interface EngineConnection {
  /** The engine's version, and whether it speaks this client's version of the protocol. */
  readonly engine: { version: string; protocol: number; sameProtocol: boolean };
  /**
   * Sends a request and waits for its answer. Rejects with an EverseedError carrying the engine's
   * own code and sentence, or `engine-gone` when the connection ends first.
   */
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
  ): Promise<Requests[M]['result']>;
  /** Listens to a notification; returns the function that stops listening. */
  on<N extends keyof Notifications>(
    name: N,
    listener: (params: Notifications[N]) => void,
  ): () => void;
  /** Resolves once when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  close(): void;
}
