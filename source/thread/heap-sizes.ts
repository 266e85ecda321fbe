import { setFlagsFromString } from 'node:v8';
import type { ResourceLimits } from 'node:worker_threads';

/*
 * What a request leaves in the heap is garbage when it is answered. Left to itself, V8 makes room for
 * more and more of it, up to 100 MB in each thread that was busy once, and answers no faster.
 */

/** For Node, when it starts the process: for the heap of its first thread. */
export const controlHeapFlag = '--max-semi-space-size=4';

/**
 * For threads that serve. The second is far more than any needs: of a heap that may grow to more, V8
 * lets three quarters be garbage before it looks, of this one half.
 */
export const serviceHeap: ResourceLimits = {
  maxYoungGenerationSizeMb: 6,
  maxOldGenerationSizeMb: 1000,
};

/** To be called before any thread is started: the flag would overrule the limits they are given. */
export function keepFlagFromThreads(): void {
  setFlagsFromString('--max-semi-space-size=0');
}
