/**
 * A stranger's text made safe to print: control characters (C0, DEL, C1), which a terminal would
 * obey, and bidirectional overrides, which would reorder what follows, become U+FFFD.
 */
export function stripControls(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
