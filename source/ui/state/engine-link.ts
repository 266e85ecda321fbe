import type { EngineConnection } from '../../client/engine-connection.ts';
import type { Requests } from '../../control/protocol.ts';
import { EverseedError, messageOf } from '../../errors.ts';
import type { Clock } from './clock.ts';
import { applyDelta, applyProgress, applySnapshot, type EngineState } from './engine-state.ts';
import type { EngineStore } from './engine-store.ts';

/** The dashboard's line to the engine: connects, subscribes, and connects again when it breaks. */
export interface EngineLink {
  start(): void;
  stop(): void;
  /** Tries at once instead of waiting for the next attempt. */
  retryNow(): void;
  /** Asks the engine, once an attempt to connect has ended; rejects while there is none. */
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
  ): Promise<Requests[M]['result']>;
}

interface LinkOptions {
  /** Connects to the engine, and starts it first if none runs. */
  connect(): Promise<EngineConnection>;
  /** Connects to the engine if one runs; null if none does. */
  connectIfRunning(): Promise<EngineConnection | null>;
  store: EngineStore;
  clock: Clock;
}

type Change = (state: EngineState) => EngineState;

/** Seconds to wait before each attempt; the last one repeats. */
const retryDelays = [1, 2, 3, 5];

/** How often to look whether an engine that was stopped has been started by somebody else. */
const lookEveryMs = 2000;

export function createEngineLink(options: LinkOptions): EngineLink {
  const { connect, connectIfRunning, store, clock } = options;
  let connection: EngineConnection | null = null;
  let failedAttempts = 0;
  let isStopped = false;
  /** The engine has said that it ends because somebody wants it to. */
  let isStoppedByUser = false;
  let cancelRetry: (() => void) | null = null;
  /** Resolves when the attempt to connect that is under way has ended, well or not. */
  let attempt: Promise<void> | null = null;

  function beginAttempt(open: () => Promise<EngineConnection | null> = connect): void {
    const begun = attach(open).finally(() => {
      if (attempt === begun) attempt = null;
    });
    attempt = begun;
  }

  async function attach(open: () => Promise<EngineConnection | null>): Promise<void> {
    cancelRetry = null;
    let opened: EngineConnection | null = null;
    try {
      opened = await open();
      if (isStopped) opened?.close();
      else if (opened) await subscribe(opened);
      else lookLater();
    } catch (error) {
      opened?.close();
      if (open === connect) lose(messageOf(error));
      else loseStopped(messageOf(error));
    }
  }

  async function subscribe(opened: EngineConnection): Promise<void> {
    // A delta that comes in one read with the snapshot is heard before the snapshot's promise is.
    let early: Change[] | null = [];
    const isCurrent = () => connection === opened;
    const hear = (change: Change) => {
      if (early) early.push(change);
      // A connection that was replaced may still have messages under way.
      else if (isCurrent()) store.stream(change);
    };
    opened.on('delta', (delta) => hear((state) => applyDelta(state, delta)));
    opened.on('stopping', () => {
      if (isCurrent()) isStoppedByUser = true;
    });
    opened.on('publish.progress', (progress) => hear((state) => applyProgress(state, progress)));
    const snapshot = await opened.request('subscribe', {});
    if (isStopped) {
      opened.close();
      return;
    }
    connection = opened;
    failedAttempts = 0;
    const { version, sameProtocol } = opened.engine;
    const changes = early;
    early = null;
    store.change((state) => {
      const known = changes.reduce(
        (before, change) => change(before),
        applySnapshot(state, snapshot),
      );
      return { ...known, link: { phase: 'online', version, sameProtocol } };
    });
    void opened.closed.then(() => {
      if (isCurrent()) lose('The connection to the engine ended.');
    });
  }

  function lose(reason: string): void {
    connection = null;
    if (isStopped) return;
    if (isStoppedByUser) {
      isStoppedByUser = false;
      loseStopped('everseed was stopped.');
      return;
    }
    const delay = retryDelays[Math.min(failedAttempts, retryDelays.length - 1)] ?? 1;
    failedAttempts += 1;
    countDown(reason, delay);
  }

  /** Waits for somebody to start it; does not start it. */
  function loseStopped(reason: string): void {
    if (isStopped) return;
    if (!isWantedAgain()) showLost(reason, null, true);
    lookLater();
  }

  function lookLater(): void {
    if (isWantedAgain()) beginAttempt();
    else cancelRetry = clock.after(lookEveryMs, () => beginAttempt(connectIfRunning));
  }

  /** The user has asked for the engine while it was only looked for. */
  function isWantedAgain(): boolean {
    const { link } = store.get();
    return link.phase === 'lost' && !link.isStopped;
  }

  function showLost(reason: string, secondsToRetry: number | null, isStopped: boolean): void {
    store.change((state) => ({
      ...state,
      link: {
        phase: 'lost',
        reason,
        since: state.link.phase === 'lost' ? state.link.since : state.status && clock.now(),
        secondsToRetry,
        isStopped,
      },
    }));
  }

  function countDown(reason: string, seconds: number): void {
    const isDue = seconds === 0;
    showLost(reason, isDue ? null : seconds, false);
    if (isDue) beginAttempt();
    else cancelRetry = clock.after(1000, () => countDown(reason, seconds - 1));
  }

  return {
    start: () => beginAttempt(),
    stop() {
      isStopped = true;
      cancelRetry?.();
      connection?.close();
      connection = null;
    },
    retryNow() {
      const { link } = store.get();
      // Without a timer an attempt is under way already.
      if (link.phase !== 'lost') return;
      if (cancelRetry) {
        cancelRetry();
        countDown(link.reason, 0);
      } else if (link.isStopped) {
        // it is looked for just now: if that finds none, it is started
        showLost(link.reason, null, false);
      }
    },
    async request(method, params) {
      // people type ahead while it connects
      if (!connection) await attempt;
      if (connection) return connection.request(method, params);
      throw new EverseedError('engine-gone', 'The engine is not there; it is being looked for.');
    },
  };
}
