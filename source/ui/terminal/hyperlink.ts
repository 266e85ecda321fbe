/**
 * Text that opens a URL when it is clicked, in terminals that can (OSC 8); others show it as it is.
 * A link that takes several lines is one by its `id`.
 */
export function hyperlink(text: string, { url, id }: { url: string; id: string }): string {
  // what ends the sequence early would put the rest of the URL on the screen
  const safe = [...url].filter((character) => character > ' ' && character < '\u007f').join('');
  return `\u001b]8;id=${id};${safe}\u0007${text}\u001b]8;;\u0007`;
}
