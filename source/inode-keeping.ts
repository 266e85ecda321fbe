import { statfs, statfsSync } from 'node:fs';
import { promisify } from 'node:util';

const statfsAsync = promisify(statfs);

/**
 * File systems, by the numbers Linux has for them, that give a file another inode each time it is
 * looked up anew or mounted: FUSE (sshfs, rclone, mergerfs), FAT, exFAT, CIFS, SMB 1 to 3, 9P.
 */
const renumbering = new Set([
  0x65735546, 0x4d44, 0x2011bab0, 0xff534d42, 0x517b, 0xfe534d42, 0x01021997,
]);

/** Tells on which file systems a file keeps its inode, so that another one tells another file. */
export class InodeKeeping {
  readonly #byDevice = new Map<string, boolean>();

  /** `device`: of the file at `path`, as `stat` says. False where it cannot be told. */
  keepsSync(path: string, device: number | bigint): boolean {
    const known = this.#byDevice.get(String(device));
    if (known !== undefined) return known;
    return this.#note(
      device,
      typeOf(() => statfsSync(path).type),
    );
  }

  /** The same, for threads that must not wait for a disk. */
  async keeps(path: string, device: number | bigint): Promise<boolean> {
    const known = this.#byDevice.get(String(device));
    if (known !== undefined) return known;
    const type = await statfsAsync(path).then(
      (stats) => Number(stats.type),
      () => null,
    );
    return this.#note(device, type);
  }

  #note(device: number | bigint, type: number | null): boolean {
    const keeps = type !== null && !renumbering.has(type);
    this.#byDevice.set(String(device), keeps);
    return keeps;
  }
}

function typeOf(ask: () => number): number | null {
  try {
    return ask();
  } catch {
    // the file went, or the system does not say: its inode is not counted on then
    return null;
  }
}
