/** What the path of a tracker's URL says. */
export interface TrackerPath {
  action: 'announce' | 'scrape';
  /** The key of a member: 16 to 64 letters and digits; null when there is none. */
  passkey: string | null;
}

const longestPath = 256;

/**
 * Reads `/announce` and `/scrape`, with a passkey before or behind them. Null for other paths.
 *
 * Clients make the scrape URL out of the announce URL by its last `announce` (BEP 48), whatever
 * is around it: so an ending (`.php`) and a folder that is no passkey are allowed. Announce URLs
 * are pasted together by people: `//announce` and `/announce/` are meant well.
 */
export function parseTrackerPath(path: string): TrackerPath | null {
  if (path.length > longestPath) return null;
  const match = /^(?:\/+([^/]+))?\/+(announce|scrape)(?:\.[a-z]+)?(?:\/+([^/]*))?\/*$/.exec(path);
  if (!match) return null;
  const [, before = '', action, behind = ''] = match;
  if (behind !== '' && !isPasskey(behind)) return null;
  const passkey = [behind, before].find(isPasskey) ?? null;
  return { action: action === 'scrape' ? 'scrape' : 'announce', passkey };
}

function isPasskey(text: string): boolean {
  return /^[0-9A-Za-z]{16,64}$/.test(text);
}
