import { createRequire } from 'node:module';
import type koffi from 'koffi';

/** The C library, to declare functions of, and what calls them. */
export interface CLibrary {
  ffi: typeof koffi;
  lib: ReturnType<typeof koffi.load>;
}

/**
 * The C library, where it is the one that our calls are written for (Linux, of 64 bits) and the
 * optional package `koffi` is installed; null elsewhere.
 */
export function loadCLibrary(): CLibrary | null {
  const isKnown = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  if (!isKnown) return null;
  try {
    const ffi: typeof koffi = createRequire(import.meta.url)('koffi');
    return { ffi, lib: ffi.load('libc.so.6') };
  } catch {
    // Not installed, not made for this system, or a system with another C library.
    return null;
  }
}
