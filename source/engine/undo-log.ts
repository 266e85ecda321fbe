import { randomUUID } from 'node:crypto';
import type { Catalog } from '../catalog/catalog.ts';
import type { UndoableRow } from '../catalog/rows.ts';
import type { Undoable } from '../control/engine.ts';

interface UndoLogOptions {
  catalog: Catalog;
  /** Milliseconds since the epoch. */
  now(): number;
  /** What can be undone is not what it was. */
  onChange(): void;
  /** A publication that was removed cannot be taken back any more. */
  onForgotten(id: number): void;
  /** What is too old could not be forgotten; it is tried again. */
  onTrouble(error: unknown): void;
}

/** How long a change can be undone. */
const undoableMs = 10 * 60 * 1_000;

/** Timers do not last longer, and clocks are set back and forth. */
const longestWaitMs = 60 * 1_000;

/**
 * What was changed lately and can be undone. It is kept in the catalog, so that it outlives the
 * dashboard that did it, and the engine. Once its time is over it is forgotten, and with it what
 * was removed.
 */
export class UndoLog {
  readonly #options: UndoLogOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: UndoLogOptions) {
    this.#options = options;
    this.#expire();
  }

  /**
   * Notes a change of a publication, or of the limit of all together when it is null; of a limit, of
   * which, and what it was. Those with the same `batch` are undone together.
   */
  note(
    kind: UndoableRow['kind'],
    publicationId: number | null,
    batch: string | undefined,
    limit: { of: UndoableRow['limitOf']; before: number | null } = { of: 'upload', before: null },
  ): void {
    const { catalog, now, onChange } = this.#options;
    catalog.addUndoable({
      at: now(),
      kind,
      publicationId,
      batch: batch ?? randomUUID(),
      limitOf: limit.of,
      limitBefore: limit.before,
    });
    onChange();
    this.#expireIn(longestWaitMs);
  }

  /** The changes that would be undone next, the newest first. */
  next(): readonly UndoableRow[] {
    const changes = this.#options.catalog.undoable();
    return changes.filter(({ batch }) => batch === changes[0]?.batch);
  }

  /** The same, in the words of the control protocol. */
  describeNext(): Undoable | null {
    const changes = this.next();
    const [newest] = changes;
    if (!newest) return null;
    const { kind, name, at } = newest;
    const { size } = new Set(changes.map(({ publicationId }) => publicationId));
    return { kind, name, count: size, until: at + undoableMs };
  }

  /** A change was undone, or cannot be any more. */
  drop(id: number): void {
    this.#options.catalog.removeUndoable(id);
    this.#options.onChange();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #expire(): void {
    const { catalog, now, onChange, onForgotten, onTrouble } = this.#options;
    this.#timer = undefined;
    try {
      const before = catalog.undoable().length;
      catalog.forgetUndoableBefore(now() - undoableMs);
      for (const id of catalog.forgetShelvedBefore(now() - undoableMs)) onForgotten(id);
      const left = catalog.undoable();
      if (left.length !== before) onChange();
      const oldest = left.at(-1);
      if (oldest) this.#expireIn(oldest.at + undoableMs - now() + 1);
    } catch (error) {
      // a full disk, say
      onTrouble(error);
      this.#expireIn(longestWaitMs);
    }
  }

  /** Unless it is about to already: what is new is never the first that is too old. */
  #expireIn(waitMs: number): void {
    const wait = Math.max(0, Math.min(waitMs, longestWaitMs));
    this.#timer ??= setTimeout(() => this.#expire(), wait);
  }
}
