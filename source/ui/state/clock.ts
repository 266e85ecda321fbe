/** Time, injected, so that tests decide when it passes. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs a task once after some milliseconds; returns the function that calls it off. */
  after(milliseconds: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, task) {
    // a message that is yet to expire must not hold up the end of the program
    const timer = setTimeout(task, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
