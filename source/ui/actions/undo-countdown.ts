import type { Services } from './services.ts';

/**
 * Keeps the time that is left to undo on the screen: by the minute, and by the second in the last
 * one, so that it costs no more frames than it must. Returns the function that stops it.
 */
export function keepUndoCountdown({ ui, engine, clock }: Services): () => void {
  let shown: number | null = null;
  let cancel: (() => void) | null = null;

  function look(): void {
    const until = engine.get().undoable?.until ?? null;
    if (until === shown) return;
    shown = until;
    tick();
  }

  function tick(): void {
    cancel?.();
    const left = shown === null ? 0 : Math.ceil((shown - clock.now()) / 1000);
    ui.dispatch({ type: 'show-undo-left', seconds: left > 0 ? left : null });
    if (left <= 0) return;
    const step = left <= 60 ? 1 : left % 60 || 60;
    cancel = clock.after(step * 1000, tick);
  }

  const unsubscribe = engine.subscribe(look);
  return () => {
    unsubscribe();
    cancel?.();
  };
}
