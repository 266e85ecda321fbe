import { loadCLibrary } from '../linux/c-library.ts';

/** What the system has of files in memory. */
export interface PageCache {
  /**
   * Fills `views`, which are parts of one ArrayBuffer, with what stands at `position` of an open
   * file, as far as that is in memory, and waits for no disk. Returns how many bytes were read;
   * null where that cannot be told, as of some file systems, or is an error that a usual read finds.
   */
  read(fd: number, views: readonly Uint8Array[], position: number): number | null;
}

const noWait = 0x8;
const wouldBlock = 11;
/** What one call may fill (IOV_MAX). */
const maxViews = 1024;

/** The page cache, where the system can be asked for what is in it (see `loadCLibrary`), or null. */
export function openPageCache(): PageCache | null {
  const library = loadCLibrary();
  if (library === null) return null;
  const { ffi, lib } = library;
  const preadv2 = lib.func('int64 preadv2(int, const void *, int, int64, int)');
  const addresses = new WeakMap<ArrayBufferLike, number>();
  /** One `struct iovec` for each view: address and length, each with its lower half first. */
  const places = new Uint32Array(4 * maxViews);

  const addressOf = (buffer: ArrayBufferLike): number => {
    const known = addresses.get(buffer);
    if (known !== undefined) return known;
    // No address has more than 57 bits, and those of programs have 47.
    const address = Number(ffi.address(new Uint8Array(buffer)));
    addresses.set(buffer, address);
    return address;
  };

  return {
    read(fd, views, position) {
      const [first] = views;
      if (first === undefined || views.length > maxViews) return null;
      const address = addressOf(first.buffer);
      let at = 0;
      for (const { byteOffset, length } of views) {
        const start = address + byteOffset;
        places[at] = start % 2 ** 32;
        places[at + 1] = Math.floor(start / 2 ** 32);
        places[at + 2] = length;
        at += 4;
      }
      const count: number = preadv2(fd, places, views.length, position, noWait);
      if (count >= 0) return count;
      return ffi.errno() === wouldBlock ? 0 : null;
    },
  };
}
