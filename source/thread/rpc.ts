import type { MessagePort, Worker } from 'node:worker_threads';
import { EverseedError, messageOf } from '../errors.ts';

/**
 * Calls and events between a thread and the one that started it. A service is an object of
 * functions over plain data; the other side calls them as if it had it, and gets promises.
 */

type Port = Pick<MessagePort | Worker, 'postMessage'> & {
  on(event: 'message', listener: (message: unknown) => void): unknown;
};

type CallMessage = { kind: 'call'; id: number; name: string; args: unknown[] };
type ReturnMessage = { kind: 'return'; id: number; value: unknown };
type ThrowMessage = { kind: 'throw'; id: number; code: string | null; message: string };
type EventMessage = { kind: 'event'; name: string; value: unknown };
type Message = CallMessage | ReturnMessage | ThrowMessage | EventMessage;

// biome-ignore lint/suspicious/noExplicitAny: any function of plain data is a service's
type AnyFunction = (...args: any[]) => unknown;
export type Service = { [name: string]: AnyFunction };

/** A service as its caller sees it: every function returns a promise. */
export type Remote<S extends Service> = {
  [K in keyof S]: (...args: Parameters<S[K]>) => Promise<Awaited<ReturnType<S[K]>>>;
};

/**
 * Serves `service` to the thread at the other end of `port`. Returns the function that sends it
 * an event. Whatever a service function throws goes to its caller.
 */
export function serveThread<Events extends object>(
  port: Port,
  service: Service,
): <K extends keyof Events & string>(name: K, value: Events[K]) => void {
  port.on('message', async (received) => {
    const message = received as Message;
    if (message.kind !== 'call') return;
    const { id, name, args } = message;
    try {
      const work = service[name];
      if (!work) throw new Error(`the thread has no function ${name}`);
      const value = await work(...args);
      port.postMessage({ kind: 'return', id, value } satisfies Message);
    } catch (error) {
      const code = error instanceof EverseedError ? error.code : null;
      port.postMessage({ kind: 'throw', id, code, message: messageOf(error) } satisfies Message);
    }
  });
  return (name, value) => port.postMessage({ kind: 'event', name, value } satisfies Message);
}

export interface ThreadConnection<S extends Service, Events extends object> {
  readonly call: Remote<S>;
  /** Registers the one listener of an event. */
  on<K extends keyof Events & string>(name: K, listener: (value: Events[K]) => void): void;
  /** Rejects every call under way and every later one with `error`: the thread is gone. */
  fail(error: Error): void;
}

/** Connects to the service that the thread at the other end of `port` serves. */
export function connectThread<S extends Service, Events extends object>(
  port: Port,
): ThreadConnection<S, Events> {
  let nextId = 1;
  let gone: Error | undefined;
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const listeners = new Map<string, (value: never) => void>();

  port.on('message', (received) => {
    const message = received as Message;
    if (message.kind === 'event') {
      listeners.get(message.name)?.(message.value as never);
      return;
    }
    if (message.kind === 'call') return;
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === 'return') call?.resolve(message.value);
    else if (message.code) call?.reject(new EverseedError(message.code, message.message));
    else call?.reject(new Error(message.message));
  });

  const call = new Proxy({} as Remote<S>, {
    get:
      (_, name: string) =>
      (...args: unknown[]) => {
        if (gone) return Promise.reject(gone);
        const id = nextId++;
        const result = Promise.withResolvers<unknown>();
        waiting.set(id, result);
        port.postMessage({ kind: 'call', id, name, args } satisfies Message);
        return result.promise;
      },
  });

  return {
    call,
    on(name, listener) {
      listeners.set(name, listener as (value: never) => void);
    },
    fail(error) {
      gone = error;
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
    },
  };
}
