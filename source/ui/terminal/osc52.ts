const esc = '\u001b';
const bell = '\u0007';

/** GNU screen cuts a device control string at 768 bytes, so longer ones are sent in pieces. */
const screenPiece = 256;

/**
 * The bytes that ask the terminal to put a text on the clipboard (OSC 52), wrapped for the
 * multiplexer the program runs in.
 *
 * Inside tmux the sequence is sent twice: bare, which tmux obeys under `set-clipboard on`, and in
 * its passthrough, which it hands to the outer terminal under `allow-passthrough on`. TERM alone
 * (over ssh from within a multiplexer) does not tell screen from tmux, so `screen` gets both too.
 */
export function clipboardSequence(text: string, environment: NodeJS.ProcessEnv): string {
  const bare = `${esc}]52;c;${Buffer.from(text, 'utf8').toString('base64')}${bell}`;
  const terminal = environment['TERM'] ?? '';
  if (environment['TMUX'] || terminal.startsWith('tmux')) return bare + wrapForTmux(bare);
  if (environment['STY']) return wrapForScreen(bare);
  if (terminal.startsWith('screen')) return bare + wrapForScreen(bare);
  return bare;
}

function wrapForTmux(sequence: string): string {
  return `${esc}Ptmux;${sequence.replaceAll(esc, esc + esc)}${esc}\\`;
}

function wrapForScreen(sequence: string): string {
  let wrapped = '';
  for (let start = 0; start < sequence.length; start += screenPiece) {
    wrapped += `${esc}P${sequence.slice(start, start + screenPiece)}${esc}\\`;
  }
  return wrapped;
}
