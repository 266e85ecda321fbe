import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The name of the client whose request is being answered, for the events that tell of it: kept
 * beside the request wherever it goes, so that not everything it passes must hand it on.
 */
export const asker = new AsyncLocalStorage<string | null>();
