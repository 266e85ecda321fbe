import type { CatalogReader } from '../catalog/catalog-reader.ts';
import { HashTree } from '../metainfo/hash-tree.ts';
import { merkleHashLength } from '../metainfo/merkle.ts';
import type { HashAnswer } from '../seeding/content.ts';
import type { HashRequest } from '../seeding/wire/messages.ts';
import { SizedCache } from './sized-cache.ts';

/** Bytes of piece layers kept for the next request, and of the tops of trees. */
const maxLayerBytes = 16 * 1024 * 1024;
const maxTreeBytes = 8 * 1024 * 1024;

/** About how many hashes are computed in one turn: a millisecond, or two. */
const hashesPerTurn = 512;
/** How long the thread is left to others between two turns. */
const pauseMs = 5;
/** What an answer costs at least, and what it costs to read or copy hashes, in hashes computed. */
const leastCost = 16;
const copiedPerComputed = 64;

interface Waiting {
  id: number;
  range: HashRequest;
  resolve(answer: HashAnswer): void;
  reject(error: unknown): void;
}

/** The catalog as far as hash trees need it. */
type LayerCatalog = Pick<CatalogReader, 'byId' | 'pieceLayer'>;

/**
 * Answers hash requests (BEP 52) from the piece layers in the catalog: one after the other, and
 * only so much in one turn of the event loop, whatever is asked for.
 */
export class HashTrees {
  readonly #catalog: LayerCatalog;
  readonly #later: (turn: () => void) => void;
  /** By publication and pieces root. */
  readonly #layers = new SizedCache<Uint8Array>(maxLayerBytes, ({ length }) => length);
  readonly #trees = new SizedCache<HashTree>(maxTreeBytes, ({ bytes }) => bytes + leastCost);
  readonly #waiting: Waiting[] = [];
  /** The steps of the first that waits. */
  #answering: Generator<number, HashAnswer> | null = null;
  #isPending = false;

  /** `later` has a turn run when others had theirs. */
  constructor(
    catalog: LayerCatalog,
    later: (turn: () => void) => void = (turn) => void setTimeout(turn, pauseMs),
  ) {
    this.#catalog = catalog;
    this.#later = later;
  }

  /** The hashes of a range and those that prove them, when it is their turn. */
  hashes(id: number, range: HashRequest): Promise<HashAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, range, resolve, reject });
      this.#goOn();
    });
  }

  #goOn(): void {
    if (this.#isPending || this.#waiting.length === 0) return;
    this.#isPending = true;
    this.#later(() => {
      this.#isPending = false;
      this.#turn();
      this.#goOn();
    });
  }

  #turn(): void {
    for (let left = hashesPerTurn; left > 0; ) {
      const [first] = this.#waiting;
      if (!first) return;
      try {
        this.#answering ??= this.#answer(first);
        const { done, value } = this.#answering.next();
        if (!done) {
          left -= value;
          continue;
        }
        left -= leastCost;
        first.resolve(value);
      } catch (error) {
        first.reject(error);
      }
      this.#answering = null;
      this.#waiting.shift();
    }
  }

  /** Yields what each step has cost, in hashes computed. */
  *#answer({ id, range }: Waiting): Generator<number, HashAnswer> {
    let computed = 0;
    const key = `${id}/${Buffer.from(range.piecesRoot).toString('hex')}`;
    let layer = this.#layers.get(key);
    if (!layer) {
      layer = this.#catalog.pieceLayer(id, range.piecesRoot) ?? undefined;
      if (!layer) return { hashes: null, computed };
      this.#layers.set(key, layer);
      yield costOfCopying(layer);
    }
    let tree = this.#trees.get(key);
    if (!tree) {
      const row = this.#catalog.byId(id);
      if (!row) return { hashes: null, computed };
      const steps = HashTree.build(layer, row.pieceLength);
      let step = steps.next();
      for (; !step.done; step = steps.next()) {
        computed += step.value;
        yield step.value;
      }
      tree = step.value;
      this.#trees.set(key, tree);
    }
    const before = computed;
    const hashes = tree.hashes(range, layer, (count) => {
      computed += count;
    });
    yield computed - before + costOfCopying(hashes);
    return { hashes, computed };
  }
}

function costOfCopying(hashes: Uint8Array | null): number {
  return Math.ceil((hashes?.length ?? 0) / merkleHashLength / copiedPerComputed);
}
