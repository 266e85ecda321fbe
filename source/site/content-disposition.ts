/** File systems take names of up to 255 bytes. */
const maxStemBytes = 200;

/**
 * The Content-Disposition header that has a browser save what it gets as `fileName` (RFC 6266):
 * once in ASCII, once in UTF-8 (RFC 8187) for those that read it. The name is made one that no
 * file system refuses or takes for a path; an extension of up to 10 characters stays.
 */
export function attachment(fileName: string): string {
  const name = safeFileName(fileName);
  const ascii = name.replace(/[^\x20-\x7e]/gu, '_');
  // encodeURIComponent leaves some characters that a value by RFC 8187 must escape.
  const encoded = encodeURIComponent(name).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

function safeFileName(fileName: string): string {
  const clean = fileName
    .toWellFormed()
    // Controls and format characters; separators; what Windows refuses; what a quoted string or a
    // decoder of percent escapes would take for its own.
    .replace(/[\p{Cc}\p{Cf}/\\<>:"|?*%]/gu, '_')
    .replace(/^[.\s]+/, '')
    .trim();
  const [extension = ''] = /\.\w{1,10}$/.exec(clean) ?? [];
  const stem = firstBytes(clean.slice(0, clean.length - extension.length), maxStemBytes);
  return `${stem || 'download'}${extension}`;
}

/** As many whole characters as fit into so many bytes of UTF-8. */
function firstBytes(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
