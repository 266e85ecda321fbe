interface Waiting {
  signal: AbortSignal;
  /** Somebody else has the turn: it waits. */
  onWait(): void;
}

/** Work that is done one at a time, in the order it comes. Rejects when who waits is aborted. */
export type Turns = <T>(waiting: Waiting, work: () => Promise<T>) => Promise<T>;

export function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  let isTaken = false;

  async function turn({ signal, onWait }: Waiting): Promise<void> {
    signal.throwIfAborted();
    if (!isTaken) {
      isTaken = true;
      return;
    }
    onWait();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      const place = waiting.indexOf(resolve);
      // its turn has just come
      if (place < 0) return;
      waiting.splice(place, 1);
      reject(signal.reason);
    };
    waiting.push(resolve);
    signal.addEventListener('abort', giveUp, { once: true });
    await promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  function pass(): void {
    const next = waiting.shift();
    if (next) next();
    else isTaken = false;
  }

  return async (who, work) => {
    await turn(who);
    try {
      return await work();
    } finally {
      pass();
    }
  };
}
