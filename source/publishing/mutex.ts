/** Runs work one after the other, in the order it comes. */
export type Mutex = <T>(work: () => Promise<T>) => Promise<T>;

export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    // who asked for the work hears of its failure; the next work does not
    last = result.catch(() => undefined);
    return result;
  };
}
