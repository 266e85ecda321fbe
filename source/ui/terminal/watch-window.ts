interface WindowEvents {
  /** The window has another size. */
  resized(): void;
  /**
   * The window changed and has its old size again, before anybody looked: the terminal has
   * rearranged what is on it, though no size is new.
   */
  disturbed(): void;
}

/** Watches the size of the terminal's window; returns the function that stops watching. */
export function watchWindow(stdout: NodeJS.WriteStream, events: WindowEvents): () => void {
  let isResized = false;
  const onResize = () => {
    isResized = true;
    events.resized();
  };
  // Node has asked for the size, and told it if it is new, before this listener is called.
  const onSignal = () => {
    if (!isResized) events.disturbed();
    isResized = false;
  };
  stdout.on('resize', onResize);
  process.on('SIGWINCH', onSignal);
  return () => {
    stdout.off('resize', onResize);
    process.off('SIGWINCH', onSignal);
  };
}
