/** What a starting engine writes to its `--ready-fd`, one line of JSON, once it serves or gave up. */
export type ReadyMessage = { ready: true } | { ready: false; code: string; message: string };
